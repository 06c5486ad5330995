-- What one side of a booking says of it. Ids are random: ours tell time, and so who wrote first.
CREATE TABLE reviews (
    id             BIGINT NOT NULL PRIMARY KEY,
    booking_id     BIGINT  NOT NULL REFERENCES bookings (id),
    author_id      BIGINT  NOT NULL REFERENCES users (id),
    about_id       BIGINT  NOT NULL REFERENCES users (id),
    side           TEXT    NOT NULL CHECK (side IN ('client', 'accountant')),
    -- the client's, for everybody; nothing once it is withdrawn
    stars          INTEGER CHECK (stars BETWEEN 1 AND 5),
    knowledge      INTEGER CHECK (knowledge BETWEEN 1 AND 5),
    clarity        INTEGER CHECK (clarity BETWEEN 1 AND 5),
    punctuality    INTEGER CHECK (punctuality BETWEEN 1 AND 5),
    words          TEXT    CHECK (length(words) BETWEEN 20 AND 1500),
    shown_as       TEXT    NOT NULL CHECK (shown_as IN ('verified', 'first_name')),
    is_incentive   BOOLEAN NOT NULL,
    -- the accountant's, for the client alone
    appeared       BOOLEAN,
    documents      BOOLEAN,
    respectful     BOOLEAN,
    ended_at       BIGINT  NOT NULL, -- of the booking
    opens_at       BIGINT  NOT NULL CHECK (opens_at = ended_at + 1209600000000),
    written_at     BIGINT  NOT NULL CHECK (written_at >= ended_at),
    opened_at      BIGINT  CHECK (opened_at >= written_at),
    withdrawn_at   BIGINT,
    -- nothing hides one but a decision
    hidden_by      BIGINT  REFERENCES decisions (id),
    text_hidden_by BIGINT  REFERENCES decisions (id),
    -- what its author shared with the accountant when it opened
    shares_card    BOOLEAN NOT NULL,
    shares_browser BOOLEAN NOT NULL,
    shares_mail    BOOLEAN NOT NULL,
    shares_other   BOOLEAN NOT NULL, -- any of these with another accountant
    is_counted     BOOLEAN NOT NULL, -- worked out from all rows of one accountant
    CHECK (author_id <> about_id),
    CHECK (side = 'accountant' OR withdrawn_at IS NOT NULL
        OR (stars IS NOT NULL AND words IS NOT NULL)),
    CHECK (side = 'client' OR (stars IS NULL AND words IS NULL AND knowledge IS NULL
        AND clarity IS NULL AND punctuality IS NULL)),
    CHECK (side = 'client' OR withdrawn_at IS NOT NULL
        OR (appeared IS NOT NULL AND documents IS NOT NULL AND respectful IS NOT NULL)),
    CHECK (opened_at IS NOT NULL OR (hidden_by IS NULL AND text_hidden_by IS NULL)),
    CHECK (NOT is_counted OR (side = 'client' AND opened_at IS NOT NULL AND hidden_by IS NULL
        AND withdrawn_at IS NULL)),
    UNIQUE (booking_id, side)
);
CREATE INDEX reviews_by_about ON reviews (about_id, opened_at, id)
    WHERE opened_at IS NOT NULL AND side = 'client';
CREATE INDEX reviews_by_author ON reviews (author_id, about_id);
CREATE INDEX reviews_to_open ON reviews (opens_at)
    WHERE opened_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX reviews_hidden ON reviews (hidden_by) WHERE hidden_by IS NOT NULL;

-- The accountant's answer to one.
CREATE TABLE review_replies (
    id         BIGINT NOT NULL PRIMARY KEY,
    review_id  BIGINT  NOT NULL UNIQUE REFERENCES reviews (id),
    author_id  BIGINT  NOT NULL REFERENCES users (id),
    words      TEXT    NOT NULL CHECK (length(words) BETWEEN 1 AND 1000),
    is_checked BOOLEAN NOT NULL, -- written in spite of what the lint found
    written_at BIGINT  NOT NULL,
    hidden_by  BIGINT  REFERENCES decisions (id)
);
CREATE INDEX review_replies_checked ON review_replies (written_at) WHERE is_checked;

-- What everybody reads of an accountant's reviews, worked out anew whenever one of them changes.
CREATE TABLE review_totals (
    accountant_id BIGINT NOT NULL PRIMARY KEY REFERENCES accountants (user_id),
    counted       BIGINT NOT NULL CHECK (counted >= 0),
    stars         BIGINT NOT NULL CHECK (stars BETWEEN counted AND 5 * counted),
    score         BIGINT NOT NULL CHECK (score BETWEEN 1000 AND 5000),
    shown         BIGINT NOT NULL,
    ones          BIGINT NOT NULL,
    twos          BIGINT NOT NULL,
    threes        BIGINT NOT NULL,
    fours         BIGINT NOT NULL,
    fives         BIGINT NOT NULL,
    removed_ones   BIGINT NOT NULL,
    removed_twos   BIGINT NOT NULL,
    removed_threes BIGINT NOT NULL,
    removed_fours  BIGINT NOT NULL,
    removed_fives  BIGINT NOT NULL,
    CHECK (ones + twos + threes + fours + fives = counted)
);

CREATE FUNCTION reviews_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.opened_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM bookings b
            WHERE b.id = NEW.booking_id AND b.state = 'completed' AND b.ends_at = NEW.ended_at
            AND ((NEW.side = 'client' AND b.client_id = NEW.author_id AND b.accountant_id = NEW.about_id)
                OR (NEW.side = 'accountant' AND b.accountant_id = NEW.author_id AND b.client_id = NEW.about_id)))
        THEN RAISE EXCEPTION 'review_of_booking'; END IF;
        RETURN NEW;
    END IF;
    -- Whose and of what it is never changes. Once open it stays as it is but for its author's name,
    -- and what was withdrawn stays so.
    IF NEW.id <> OLD.id OR NEW.booking_id <> OLD.booking_id OR NEW.author_id <> OLD.author_id
        OR NEW.about_id <> OLD.about_id OR NEW.side <> OLD.side OR NEW.ended_at <> OLD.ended_at
        OR (OLD.withdrawn_at IS NOT NULL AND (NEW.withdrawn_at IS NULL OR NEW.words IS NOT NULL
            OR NEW.stars IS NOT NULL OR (OLD.opened_at IS NULL AND NEW.opened_at IS NOT NULL)))
        OR (OLD.opened_at IS NOT NULL AND (NEW.opened_at IS NULL OR NEW.opened_at <> OLD.opened_at
            OR NEW.written_at <> OLD.written_at OR NEW.is_incentive <> OLD.is_incentive
            OR (NEW.shown_as <> OLD.shown_as AND NEW.shown_as <> 'verified')
            OR (NEW.withdrawn_at IS NULL AND (NEW.stars, NEW.words, NEW.knowledge, NEW.clarity,
                    NEW.punctuality, NEW.appeared, NEW.documents, NEW.respectful)
                IS DISTINCT FROM (OLD.stars, OLD.words, OLD.knowledge, OLD.clarity,
                    OLD.punctuality, OLD.appeared, OLD.documents, OLD.respectful))))
    THEN RAISE EXCEPTION 'review_stays'; END IF;
    -- What hides is a restriction of this very thing.
    IF EXISTS (SELECT 1 FROM decisions d WHERE d.id IN (NEW.hidden_by, NEW.text_hidden_by)
        AND NOT (d.outcome = 'restrict' AND d.target_kind = 'review' AND d.target = NEW.id))
    THEN RAISE EXCEPTION 'review_decision'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reviews_guard BEFORE INSERT OR UPDATE ON reviews
    FOR EACH ROW EXECUTE FUNCTION reviews_guard();

CREATE FUNCTION review_replies_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT 1 FROM reviews r WHERE r.id = NEW.review_id AND r.side = 'client'
            AND r.about_id = NEW.author_id AND r.opened_at IS NOT NULL)
        THEN RAISE EXCEPTION 'reply_to_review'; END IF;
        RETURN NEW;
    END IF;
    IF NEW.id <> OLD.id OR NEW.review_id <> OLD.review_id OR NEW.author_id <> OLD.author_id
        OR NEW.words <> OLD.words OR NEW.is_checked <> OLD.is_checked OR NEW.written_at <> OLD.written_at
        OR EXISTS (SELECT 1 FROM decisions d WHERE d.id = NEW.hidden_by
            AND NOT (d.outcome = 'restrict' AND d.target_kind = 'reply' AND d.target = NEW.id))
    THEN RAISE EXCEPTION 'reply_stays'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER review_replies_guard BEFORE INSERT OR UPDATE ON review_replies
    FOR EACH ROW EXECUTE FUNCTION review_replies_guard();
