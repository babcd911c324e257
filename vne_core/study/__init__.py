"""What a study is once imported: frozen facts about series, slices and annotations."""
