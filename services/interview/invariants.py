"""What must be true of interview's data at any time."""

from typing import Final

from shared.invariants import Invariant

INVARIANTS: Final = [
    Invariant(
        "state-is-the-last-of-the-history",
        "a case stands where its history says",
        """SELECT c.case_id, c.state, h.to_state FROM case_file c
             LEFT JOIN LATERAL (SELECT to_state FROM case_history h WHERE h.case_id = c.case_id ORDER BY seq DESC LIMIT 1) h ON true
            WHERE h.to_state IS DISTINCT FROM c.state AND NOT (h.to_state IS NULL AND c.state = 'ELIGIBLE')""",
    ),
    Invariant(
        "history-has-no-gap",
        "each line of a history begins where the line before ended",
        """SELECT case_id, seq, from_state, before FROM
             (SELECT case_id, seq, from_state, lag(to_state, 1, 'ELIGIBLE') OVER (PARTITION BY case_id ORDER BY seq) AS before FROM case_history) h
            WHERE from_state <> before""",
    ),
    Invariant(
        "case-and-intent-agree",
        "the wish on the case is the wish that was stated",
        """SELECT c.case_id, c.intent_status, i.status FROM case_file c FULL JOIN intent i ON i.case_id = c.case_id
            WHERE (c.intent_status, c.stated_on, c.channel) IS DISTINCT FROM (i.status, i.stated_on, i.channel)""",
    ),
    Invariant(
        "developers-stated-a-wish",
        "nobody is developed who did not state the wish",
        """SELECT case_id, state FROM case_file WHERE intent_status IS NULL
             AND state IN ('DECLARED', 'ASSIGNED', 'INTERVIEWED', 'PLAN_AGREED', 'REFERRED', 'IN_DEVELOPMENT', 'COMPLETED', 'DROPPED', 'FOLLOWED_UP')""",
    ),
    Invariant(
        "case-and-interviews-agree",
        "the case counts its interviews",
        """SELECT c.case_id, c.interviews, count(i.*) FROM case_file c LEFT JOIN interview i ON i.case_id = c.case_id
            GROUP BY c.case_id HAVING c.interviews <> count(i.*) OR c.interviewed_on IS DISTINCT FROM (array_agg(i.interviewed_on ORDER BY i.revision DESC))[1]""",
    ),
    Invariant(
        "bank-officer-interviewed",
        "an officer of BAAC or GSB took part in every interview [S]",
        """SELECT i.interview_id, a.employer, b.employer AS co_employer FROM interview i
             JOIN officer a ON a.officer_id = i.officer_id LEFT JOIN officer b ON b.officer_id = i.co_interviewer_id
            WHERE NOT (a.employer IN ('BAAC', 'GSB') OR coalesce(b.employer, '') IN ('BAAC', 'GSB'))""",
    ),
    Invariant(
        "case-and-follow-ups-agree",
        "the case knows the first contact of each round",
        """SELECT c.case_id, c.june_on, c.september_on FROM case_file c
             LEFT JOIN (SELECT case_id, bool_or(round = 'JUNE') AS june, bool_or(round = 'SEPTEMBER') AS september FROM follow_up GROUP BY case_id) f
               ON f.case_id = c.case_id
            WHERE (c.june_on IS NOT NULL) <> coalesce(f.june, false) OR (c.september_on IS NOT NULL) <> coalesce(f.september, false)""",
    ),
    Invariant(
        "cases-follow-the-registry",
        "a case's home is the holder's, nobody works on the case of the dead, and the living have one to work on",
        """SELECT c.case_id, c.home_district, s.home_district AS registered, c.state, s.status FROM case_file c JOIN holder h ON h.holder_id = c.holder_id
             JOIN holder s ON s.holder_id = coalesce(h.merged_into, h.holder_id)
            WHERE s.merged_into IS NULL
              AND (c.home_district <> s.home_district OR s.status = 'DECEASED' AND c.state NOT IN ('DECEASED', 'CLOSED')
                   OR h.status = 'ALIVE' AND s.status = 'ALIVE' AND c.state = 'DECEASED')""",
    ),
    Invariant(
        "one-person-one-case",
        "of the cases of who is one person by the registry's merges one at most is open",
        """SELECT a.holder_id, a.case_id, s.case_id AS other FROM holder h
             JOIN case_file a ON a.holder_id = h.holder_id JOIN case_file s ON s.holder_id = h.merged_into
            WHERE a.state NOT IN ('MERGED', 'CLOSED', 'DECEASED', 'ELIGIBLE') AND s.state NOT IN ('MERGED', 'CLOSED', 'DECEASED', 'ELIGIBLE')""",
    ),
    Invariant(
        "the-erased-are-forgotten",
        "of who was erased nothing is kept that they told",
        """SELECT i.holder_id, i.interview_id FROM interview i JOIN holder h USING (holder_id)
            WHERE h.erased_on IS NOT NULL AND (i.answers <> '{}' OR i.health_sealed <> '' OR i.debts_sealed <> '')""",
    ),
    Invariant(
        "the-erased-complained-of-nothing",
        "of who was erased nothing is kept that they complained of or were answered",
        """SELECT complaint_id FROM complaint JOIN holder h USING (holder_id)
            WHERE h.erased_on IS NOT NULL AND (text_sealed <> '' OR coalesce(answer_sealed, '') <> '' OR coalesce(person_sealed, '') <> '')""",
    ),
    Invariant(
        "complaint-and-history-agree",
        "a complaint stands where its history says, and who is no card holder is the only one whose name is kept",
        """SELECT c.complaint_id, c.state, c.level FROM complaint c LEFT JOIN complaint_history h USING (complaint_id, version)
            WHERE (h.to_state, h.level, h.due_on) IS DISTINCT FROM (c.state, c.level, c.due_on) OR c.holder_id IS NOT NULL AND c.person_sealed IS NOT NULL""",
    ),
    Invariant(
        "attempts-are-counted",
        "the number of unsuccessful visits is right, since NOT_FOUND hangs on it",
        """SELECT c.case_id, c.attempts, count(v.*) FROM case_file c LEFT JOIN visit_attempt v ON v.case_id = c.case_id
            GROUP BY c.case_id HAVING c.attempts <> count(v.*)""",
    ),
    Invariant(
        "revisions-have-reasons",
        "an interview that is written anew says why, and what it puts right is of the same case",
        """SELECT i.case_id, i.revision FROM interview i LEFT JOIN interview a ON a.interview_id = i.amends
            WHERE (i.revision > 1) <> (i.revision_reason IS NOT NULL)
               OR i.amends IS NOT NULL AND (a.case_id, a.revision) IS DISTINCT FROM (i.case_id, i.revision - 1)""",
    ),
    Invariant(
        "drafts-end-with-their-cases",
        "nobody goes on with the draft of a case where no interview is to come",
        """SELECT d.case_id, c.state FROM interview_draft d JOIN case_file c USING (case_id)
            WHERE d.ended_at IS NULL AND c.state IN ('CLOSED', 'DECEASED', 'MERGED', 'WITHDRAWN', 'PENDING_DECISION')""",
    ),
    Invariant(
        "checks-are-of-others",
        "nobody checks an interview of their own",
        """SELECT r.check_id, r.checker_id FROM spot_check_result r JOIN spot_check s USING (check_id) JOIN interview i USING (interview_id)
            WHERE r.checker_id IN (i.officer_id, i.co_interviewer_id) OR r.recorded_by = i.recorded_by
           UNION ALL
           SELECT a.check_id, a.checker_id FROM spot_check_assignment a JOIN spot_check s USING (check_id) JOIN interview i USING (interview_id)
            WHERE a.checker_id IN (i.officer_id, i.co_interviewer_id)""",
    ),
    Invariant(
        "the-erased-are-not-compared",
        "of who was erased no digest and no finding is left",
        """SELECT i.interview_id FROM interview i JOIN holder h USING (holder_id) LEFT JOIN spot_check s USING (interview_id)
             LEFT JOIN spot_check_result r ON r.check_id = s.check_id
            WHERE h.erased_on IS NOT NULL AND (i.alike_whole IS NOT NULL OR i.alike_person IS NOT NULL OR i.alike_words IS NOT NULL
               OR r.answers <> '{}' OR r.remarks_sealed IS NOT NULL)""",
    ),
    Invariant(
        "lists-of-visits-are-whole",
        "a list of home visits has as many on it as it says, since districts answer for them",
        """SELECT l.list_id, l.cases, count(d.*) FROM home_visit_list l LEFT JOIN home_visit_due d USING (list_id)
            GROUP BY l.list_id HAVING l.cases <> count(d.*)""",
    ),
    Invariant(
        "only-due-visits-rise",
        "nobody is called overdue who was not on a list",
        "SELECT o.case_id, o.level FROM home_visit_overdue o LEFT JOIN home_visit_due d USING (case_id) WHERE d.case_id IS NULL",
    ),
    Invariant(
        "who-refused-or-was-not-found-was-visited",
        "nobody counts as not found or as refusing who was not asked for",
        """SELECT c.case_id, c.state FROM case_file c
            WHERE c.state = 'NOT_FOUND' AND NOT EXISTS (SELECT FROM visit_attempt v WHERE v.case_id = c.case_id)
               OR c.state = 'REFUSED' AND c.interviews = 0 AND NOT EXISTS (SELECT FROM visit_attempt v WHERE v.case_id = c.case_id AND v.reason = 'REFUSES')
               OR c.state IN ('VISIT_DUE', 'VISITED') AND EXISTS (SELECT FROM visit_attempt v WHERE v.case_id = c.case_id AND v.reason = 'REFUSES')""",
    ),
    Invariant(
        "wishes-follow-one-another",
        "a wish has one slip, and a person has another wish only after the one before came to nothing",
        """SELECT f.case_id, f.slip_no, f.stated_on, i.stated_on AS present FROM former_intent f LEFT JOIN intent i USING (case_id)
            WHERE i.case_id IS NULL OR i.stated_on <= f.stated_on
               OR f.slip_no IN (SELECT slip_no FROM intent) OR f.status NOT IN ('VALID', 'WITHDRAWN')""",
    ),
    Invariant(
        "overdue-follow-ups-were-due",
        "nobody is called overdue who was interviewed only after the round",
        """SELECT o.case_id, o.round FROM follow_up_overdue o
            WHERE NOT EXISTS (SELECT FROM interview i WHERE i.case_id = o.case_id AND i.interviewed_on <= o.due_by)""",
    ),
    Invariant(
        "closed-days-are-signed",
        "a day of a meeting place is closed where its last signature says so, and nobody waits there any more",
        """SELECT d.place_id, d.day, d.closed, e.kind FROM place_day d
             LEFT JOIN LATERAL (SELECT kind, version FROM place_day_entry e WHERE e.place_id = d.place_id AND e.day = d.day ORDER BY version DESC LIMIT 1) e ON true
            WHERE d.closed <> (coalesce(e.kind, '') = 'CLOSED') OR d.version <> coalesce(e.version, 0)
               OR d.closed AND EXISTS (SELECT FROM queue_ticket t WHERE t.place_id = d.place_id AND t.day = d.day AND t.ended_at IS NULL)""",
    ),
    Invariant(
        "tickets-have-their-numbers",
        "the numbers of a place's day go from 1 to the last without a gap",
        """SELECT d.place_id, d.day, d.last_number, count(t.*) FROM place_day d LEFT JOIN queue_ticket t ON t.place_id = d.place_id AND t.day = d.day
            GROUP BY d.place_id, d.day, d.last_number HAVING count(t.*) <> d.last_number OR coalesce(max(t.number), 0) <> d.last_number""",
    ),
]
