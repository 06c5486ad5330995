DROP TABLE directory_words;
DROP TABLE directory_state;
DROP TABLE entries;
