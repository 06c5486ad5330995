-- What a client answers when asking for a service, in the order of position.
CREATE TABLE service_questions (
    service_id BIGINT   NOT NULL REFERENCES services (id) ON DELETE CASCADE,
    position   SMALLINT NOT NULL CHECK (position BETWEEN 1 AND 10),
    kind       TEXT     NOT NULL CHECK (kind IN ('short', 'long', 'choice', 'yes_no', 'date')),
    text       TEXT     NOT NULL CHECK (length(text) BETWEEN 3 AND 200),
    choices    TEXT     NOT NULL CHECK (length(choices) <= 500), -- one a line
    CHECK ((kind = 'choice') = (choices <> '')),
    PRIMARY KEY (service_id, position)
);
