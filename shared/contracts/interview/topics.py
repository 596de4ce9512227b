"""Where interview publishes."""

CASES = "interview.cases.v1"
ASSESSMENTS = "interview.assessments.v1"
PLACES = "interview.places.v1"
OFFICERS = "interview.officers.v1"
COMPLAINTS = "interview.complaints.v1"
