"""Words and looks of closed lists, for pictures and pages; the lists themselves stand in the descriptor."""

# Sectors of NAICS 2022, shortened.
SECTORS = {
    "11": "agriculture", "21": "mining, oil and gas", "22": "utilities", "23": "construction", "31-33": "manufacturing", "42": "wholesale",
    "44-45": "retail", "48-49": "transport", "51": "information", "52": "finance", "53": "real estate", "54": "professional services",
    "55": "holding companies", "56": "administrative services", "61": "education", "62": "health care", "71": "arts and recreation",
    "72": "hotels and food", "81": "other services", "92": "public administration",
}  # fmt: skip
# Okabe and Ito's colours, safe for the colour-blind, one hatch each so that they can be told apart in grey too.
STANCES = {
    "none": ("#c8c8c8", "", "no AI reason"),
    "media_only": ("#56b4e9", "....", "AI named by others only"),
    "denied": ("#009e73", "\\\\\\\\", "AI denied"),
    "contested": ("#cc79a7", "xxxx", "AI contested"),
    "investment": ("#e69f00", "----", "to pay for AI"),
    "stated": ("#d55e00", "////", "AI stated"),
}
