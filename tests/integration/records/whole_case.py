"""An invented case with every optional file, in which no two rows, columns or files are alike."""

from __future__ import annotations

from pathlib import Path

from broker.sample import REGION

AGREEMENTS = {"agreements.toml": (REGION / "agreements.toml").read_text("utf-8")}
"""What an import needs beside the case, and an export does not write."""

FILES = {
    "policy.toml": """\
as_of = 2026-04-01
reach_miles = 4.5
max_arrivals = 3
[max_distance_miles]
today = 55.5
[wait]
cap = 45
[points]
per_mile = 4
per_100_pounds = 1
""",
    "referrals.csv": """\
referral_id,young_person_id,borough,date_of_birth,sex,band,band_status,needs,easting,northing,\
postcode,nearness,min_distance_miles,max_distance_miles,needed_by,waiting_since,planned_months,\
moves_last_12_months,sibling_group,siblings,living_companions,provision,dol
R-1,YP01,E09000016,2012-06-10,F,medium,confirmed,autism,549700,187200,,near,,,2026-04-01,,7,4,,,\
,,
R-2,YP02,E09000012,2010-02-28,M,high,,,534400,185200,,away,0.5,30,2026-04-20,2026-03-02,,1,G1,\
preferred,only_older,,N
R-3,YP03,E09000025,2009-01-15,M,low,provisional,,,,E1 4,near,,12.0,2026-04-10,2026-02-01,3,0,G1,\
apart_ok,,supported_accommodation;childrens_home,
R-4,YP04,E09000002,2009-05-01,U,specialist,,therapeutic_support;autism,,,ZZ99 9ZZ,neutral,,,\
2026-04-04,2026-03-25,,,,,no_preference,,
R-5,YP05,E09000026,2011-12-31,F,high,,,,,,,,,2026-05-09,,,2,,,solo,,Y
""",
    "homes.csv": """\
home_id,name,provider,borough,easting,northing,postcode,provision,registration,judgement,\
due_diligence,min_age,max_age,sexes,bands,supports,places,max_high,load_limit,max_arrivals,contract
SC990001,Ash,P1,E09000016,551300,188800,RM3 7,,registered,good,Y,11,17,M;F,low;medium;high,\
autism;therapeutic_support,3,,9,,B1
SC990002,"Birch, by the green",P2,E09000012,534400,184200,,childrens_home,registered,outstanding,,\
11,16,F;M;U,specialist;medium;high,therapeutic_support,2,1,,1,B1
SC990003,,,E09000025,,,E1 4,supported_accommodation,restricted,,N,16,18,M,low,,4,0,,0,
SC990004,Cedar,P1,E09000030,,,,,registered,not_yet,Y,10,17,F,low;high,,1,,4,,
""",
    "residents.csv": """\
young_person_id,home_id,borough,band,date_of_birth,sex,leaves_on,leaving,living_companions,\
sibling_group
YP90,SC990001,E09000016,high,2011-03-05,M,,,with_others,G1
YP91,SC990002,E09000012,medium,2010-07-20,F,2026-04-15,confirmed,,
YP92,SC990003,E09000031,low,2008-09-30,,2026-06-01,expected,,
""",
    "relationships.csv": """\
a,b,kind
YP90,YP01,caution
YP01,YP91,must_not_live_together
YP77,YP02,must_not_live_together
YP02,YP03,must_not_live_together
YP02,YP77,caution
""",
    "avoid.csv": """\
young_person_id,kind,borough,home_id,easting,northing,miles
YP02,borough,E09000016,,,,
YP02,home,,SC990003,,,
YP03,radius,,,551000,188000,2.5
YP03,radius,,,551000,188000,0.4
YP78,radius,,,530000,181000,3
""",
    "people_and_places.csv": """\
referral_id,what,easting,northing,postcode,visits_per_month,keep
R-1,school,551000,188000,,20,Y
R-1,family,541500,184000,,4,N
R-1,family,541500,184000,,4,N
R-3,faith,,,E1 4,,
R-4,other,,,,2,Y
""",
    "wishes.csv": """\
referral_id,home_id,wish,on,words
R-1,SC990001,wants,2026-03-30,"near my nan, ""really"" near
and my café"
R-4,SC990002,unsure,,
R-2,SC990001,against,2026-03-31,=no
""",
    "declines.csv": """\
referral_id,home_id,reason
R-2,SC990004,no room for two
R-3,SC990001,
""",
    "rates.csv": """\
home_id,band,weekly_fee,marginal_weekly_fee,from,to
SC990001,low,4500.00,900.00,,2026-04-01
SC990001,low,4626.00,,2026-04-01,
SC990001,medium,6000,2400.50,2026-04-01,2027-04-01
SC990002,high,8000.00,0.00,,
SC990002,specialist,10500.07,6900.00,2025-04-01,
""",
    "shares.csv": """\
contract,borough,places
B1,E09000016,3
B1,E09000012,2
B2,E09000025,0
""",
    "adjoining.csv": """\
a,b
E09000016,E09000002
E09000012,E09000025
""",
    "decisions.csv": """\
referral_id,home_id,kind,by,on,reason,override
R-5,SC990001,ban,"Team manager, north",2026-03-31,"said at the visit:
""too loud"", and we agree",
""",
    "contract.toml": """\
id = "B1"
name = "An invented block"
kind = "block"
lead = "P1"
start = 2026-04-01
end = 2034-04-01
places = 5

[providers]
P1 = ["SC990001"]
P2 = ["SC990002"]

[fees]
low = "4500.00"
medium = "6000.00"
high = "8000.00"
specialist = "10500.00"

[voids]
guarantee_percent = "90.00"
rate_percent = "80.00"

[shares]
E09000016 = 3
E09000012 = 2
""",
}


def write_files(folder: Path, files: dict[str, str]) -> Path:
    """Write the files and give the folder back."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder


def whole_case(folder: Path, **changed: str | None) -> Path:
    """Write the whole case; `file=None` leaves the file out, `file=text` puts another in its place.

    Files are named without their ending: `wishes=None`.
    """
    files = dict(FILES)
    for stem, text in changed.items():
        name = next(name for name in FILES if name.partition(".")[0] == stem)
        if text is None:
            del files[name]
        else:
            files[name] = text
    return write_files(folder, {**files, **AGREEMENTS})


def without(file: str, *starts: str) -> str:
    """The text of one file without the lines that begin so."""
    lines = FILES[file].splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(starts)]
    assert len(kept) == len(lines) - len(starts), "each start takes one line away"
    return "".join(kept)


def with_changed(file: str, old: str, new: str) -> str:
    """The text of one file with one passage changed."""
    assert FILES[file].count(old) == 1, f"{old!r} stands once in {file}"
    return FILES[file].replace(old, new)
