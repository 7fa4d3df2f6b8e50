"""The cases that trackers get wrong, with their numbers, on the real data."""

import pandas as pd
import pytest

import layoffdata


@pytest.fixture(scope="module")
def layoffs():
    return layoffdata.load("layoffs").set_index("event_id")


def net(program, **options):
    return int(layoffdata.explain(program, **options)["net_jobs"].sum())


# ------------------------------------------------------------------------------- Amazon
def amazon(table, day):
    frame = layoffdata.load(table, as_of=day)
    return frame[frame["company_id"] == "amazon"]


def test_amazon_the_day_of_the_leak():
    plan = amazon("layoffs", "2025-10-27").query("program_id == 'amazon-2025'")
    assert list(plan["event_id"]) == ["amazon-2025-10-27"]
    row = plan.iloc[0]
    assert row["status"] == "reported" and row["jobs_high"] == 30000 and row["jobs_qualifier"] == "up_to" and pd.isna(row["jobs"]) and pd.isna(row["net_jobs"])


def test_amazon_after_the_first_wave():
    plan = amazon("layoffs", "2025-10-29").query("program_id == 'amazon-2025'")
    assert plan["net_jobs"].sum() == 14000
    assert plan.set_index("event_id").loc["amazon-2025-10-28", "status"] == "confirmed"


def test_amazon_two_waves_are_thirty_thousand():
    plan = amazon("layoffs", "2026-02-01").query("program_id == 'amazon-2025'").set_index("event_id")
    assert plan["net_jobs"].dropna().to_dict() == {"amazon-2025-10-28": 14000, "amazon-2026-01-28": 16000}
    assert net("amazon-2025") == net("amazon-2025", count="reported") == 30000
    assert layoffdata.explain("amazon-2025", count="reported").set_index("event_id").loc["amazon-2025-10-27", "net_jobs"] == 30000


def test_amazon_guidance_by_vintage():
    def own(day, year):
        frame = amazon("capex_guidance", day)
        return frame.loc[frame["speaker"].isin(["company", "executive"]) & (frame["fiscal_year"] == year), "point_usd"].tolist()

    assert own("2026-02-01", 2025) == [125_000_000_000] and own("2026-02-01", 2026) == []
    assert own("2026-02-06", 2026) == [200_000_000_000]
    third = amazon("capex_guidance", "2026-02-01").query("speaker == 'media' and fiscal_year == 2026")
    assert third["point_usd"].tolist() == [125_000_000_000]


def test_amazon_conflicts():
    frame = layoffdata.load("conflicts")
    mine = frame[frame["company_id"] == "amazon"]
    base = mine[mine["kind"] == "share_base"].iloc[0]
    assert "10% of corporate" in base["value_a"] and "10% of total" in base["value_b"] and base["source_id_b"].startswith("kettner")
    year = mine[mine["kind"] == "guidance_year"].iloc[0]
    assert "for 2025" in year["value_a"] and "for 2026" in year["value_b"] and year["source_id_b"].startswith("kettner")
    assert not (layoffdata.load("conflicts", as_of="2026-01-29")["source_id_b"].str.startswith("kettner")).any()


def test_amazon_evidence_holds_the_german_article_and_the_denials():
    table = layoffdata.evidence("amazon-2025")
    kettner = table[table["publisher"] == "Kettner Edelmetalle"]
    assert kettner["language"].eq("de").all() and kettner["published_date"].eq("2026-01-30").all()
    assert {"about 30,000 jobs", "16,000 jobs", "14,000 jobs", "about 10% of total staff", "125 billion USD for fiscal 2026", "denies ai_automation", "AWS (press)"} <= {
        *kettner["statement"], *table.loc[table["statement"] == "AWS (press)", "statement"]}  # fmt: skip
    denial = table[(table["statement"] == "denies ai_automation") & (table["speaker_name"] == "Andy Jassy") & (table["source_type"] != "blog")]
    assert len(denial) and denial["date"].eq("2025-10-30").all()
    assert layoffdata.load("layoffs").set_index("event_id").loc["amazon-2025-10-28", "ai_stance"] == "contested"
    assert "350,000 employees (corporate) on 2025-10-28" in set(table["statement"])


def test_amazon_2022_to_2023_is_27000(layoffs):
    assert net("amazon-2022") == 27000
    assert layoffs.loc["amazon-2022-11-14", "status"] == "reported"


def test_amazon_announcements_name_the_days_to_look_for_another_job(layoffs):
    assert layoffs.loc["amazon-2026-01-28", "internal_search_days"] == 90


# ------------------------------------------------------------------------------- the others
def test_intel_is_not_43115():
    frame = layoffdata.explain("intel-2024")
    assert 0 < frame["net_jobs"].sum() < 43115
    notices = frame[(frame["relation"] == "part_of") & frame["jobs"].notna()]
    assert len(notices) >= 3 and (notices["net_jobs"] == 0).all()


def test_volkswagen_50000_holds_the_35000(layoffs):
    assert net("volkswagen-2030") == 50000
    assert layoffs.loc["audi-2025-03-17", "net_jobs"] == 0
    assert net("volkswagen-2030", as_of="2025-12-31") == 35000 + 7500 + 4000


def test_nissan_20000_holds_the_9000():
    assert net("nissan-turnaround") == 20000 and net("nissan-turnaround", as_of="2024-12-31") == 9000


def test_zf_7600_lies_inside_the_14000(layoffs):
    assert layoffs.loc["zf-2024-07-26", "jobs_high"] == 14000 and layoffs.loc["zf-2025-10-01", ["jobs", "net_jobs"]].tolist() == [7600, 0]


def test_ups_20000_and_48000_overlap_and_30000_are_more(layoffs):
    ups = layoffs[layoffs["company_id"] == "ups"]
    assert ups.loc["ups-2025-04-29", "net_jobs"] + ups.loc["ups-2025-10-28", "net_jobs"] == 48000
    assert ups.loc["ups-2026-01-27", "relation"] == "new" and ups.loc["ups-2026-01-27", "jobs_high"] == 30000


def test_maersk_3500_new_that_day(layoffs):
    assert layoffs.loc["maersk-2023-11-03", "jobs"] == 3500


def test_airbus_defence_2500_became_2043(layoffs):
    assert net("airbus-defence-2024") == 2043 and layoffs.loc["airbus-2024-10-16", "jobs_high"] == 2500


def test_veterans_affairs_80000_was_dropped(layoffs):
    leak = layoffs.loc["us-department-of-veterans-affairs-2025-03-05"]
    assert leak["status"] == "cancelled" and pd.isna(leak["net_jobs"])
    assert layoffs.loc["us-department-of-veterans-affairs-2025-07-07", "net_jobs"] == 30000
    then = layoffdata.load("layoffs", as_of="2025-06-30").set_index("event_id")
    assert then.loc["us-department-of-veterans-affairs-2025-03-05", "status"] == "reported"
    assert "us-department-of-veterans-affairs-2025-07-07" not in then.index


def test_the_18000_of_nhs_england_hold_the_cuts_of_march(layoffs):
    march = ["nhs-england-2025-03-13", "nhs-integrated-care-boards-2025-03-13"]
    assert layoffs.loc[[*march, "nhs-england-2025-11-12"], "net_jobs"].sum() == 18000


def test_microsoft_305_is_not_the_three_percent(layoffs):
    june, may = layoffs.loc["microsoft-2025-06-02"], layoffs.loc["microsoft-2025-05-13"]
    assert june["jobs"] == 305 and not june["share_pct"] > 1
    assert may["jobs"] == 6000 and may["share_pct"] == 3


def test_ebay_800_worldwide(layoffs):
    row = layoffs.loc["ebay-2026-02-26"]
    assert row["jobs"] == 800 and row["scope"] == "global" and pd.isna(row["scope_country"])


@pytest.mark.parametrize(
    ("company", "year", "period", "millions"),
    [("amazon", 2025, "Q1", 25019), ("amazon", 2025, "FY", 131819), ("microsoft", 2025, "FY", 64551), ("microsoft", 2026, "Q2", 29876)],
)
def test_capex_traps(company, year, period, millions):
    frame = layoffdata.load("capex").query("company_id == @company and fiscal_year == @year and fiscal_period == @period and definition == 'cash_ppe'")
    assert (frame["amount_usd"] == millions * 1_000_000).all() and len(frame) == 1


def test_amazons_gross_purchases_and_its_own_net_figure_are_two_numbers():
    frame = layoffdata.load("capex").query("company_id == 'amazon' and fiscal_year == 2026 and fiscal_period == 'Q1'").set_index("definition")["amount_usd"]
    assert frame["cash_ppe"] == 44_203_000_000 and frame["cash_ppe_net"] == 43_200_000_000


def test_an_unreported_quarter_is_absent_and_never_zero():
    frame = layoffdata.load("capex")
    assert (frame["amount_usd"].dropna() > 0).all()
    assert frame.query("company_id == 'apple' and period_end > '2026-06-30'").empty
    assert layoffdata.load("capex", as_of="2026-07-01").query("company_id == 'apple' and period_end > '2026-04-30'").empty


def test_quarters_make_the_year():
    frame = layoffdata.load("capex", as_of="2026-11-01").query("company_id == 'amazon' and fiscal_year == 2025 and definition == 'cash_ppe'").set_index("fiscal_period")
    assert frame.loc[["Q1", "Q2", "Q3", "Q4"], "amount_usd"].sum() == frame.loc["FY", "amount_usd"]
    assert frame.loc["Q4", "derivation"] == "ytd_difference"


def test_fiscal_quarters_by_calendar():
    frame = layoffdata.load("company_quarters").set_index(["company_id", "quarter"])
    assert frame.loc[("microsoft", "2025Q3"), ["capex_fiscal_year", "capex_fiscal_period"]].tolist() == [2026, "Q1"]
    assert frame.loc[("nvidia", "2025Q4"), ["capex_fiscal_year", "capex_fiscal_period"]].tolist() == [2026, "Q4"]
    assert frame.loc[("apple", "2025Q4"), ["capex_fiscal_year", "capex_fiscal_period"]].tolist() == [2026, "Q1"]
    row = frame.loc[("amazon", "2025Q4")]
    assert row["capex_usd"] == 39_522_000_000 and row["guidance_point_usd"] == 125_000_000_000 and row["guidance_fiscal_year"] == 2025
    assert row["net_jobs"] == 14000


def test_a_part_of_a_plan_without_a_number_is_counted_whole_and_says_so():
    why = layoffdata.explain("bayer-2025-08-06").set_index("event_id")["why"]
    assert why["bayer-2025-08-06"] == "counted whole: part of bayer-2024-01-17, of which no number is known"


# ------------------------------------------------------------------------------- capital and indicators
def test_microsoft_fiscal_2025_in_cash_and_as_the_company_counts():
    capex = layoffdata.load("capex")
    rows = capex[capex["company_id"] == "microsoft"]
    year = rows[(rows["fiscal_year"] == 2025) & (rows["fiscal_period"] == "FY")].set_index("definition")["amount_usd"]
    assert year["cash_ppe"] == 64_551_000_000 < year["company_defined"] == 88_200_000_000


def test_challenger_april_2026_is_a_quarter_from_ai():
    """Some print 88,387 and 24%; the year to date, 300,749, leaves 83,387 for April."""
    frame = layoffdata.load("indicators", as_of="2026-11-27").set_index(["series_id", "period"])["value"]
    months = frame["CHALLENGER_TOTAL"]["2026-01":"2026-04"]
    assert months.iloc[-1] == 83_387 and months.sum() == 300_749
    assert round(100 * frame["CHALLENGER_AI"]["2026-04-01"] / months.iloc[-1], 1) == 25.8


def test_oracles_guidance_follows_its_fiscal_year():
    """Fiscal 2026 runs from June 2025: the figure of September 2025 is in force that quarter, not only from January."""
    panel = of_quarters("oracle")
    assert panel.loc["2025Q3", ["guidance_fiscal_year", "guidance_point_usd"]].tolist() == [2026, 35_000_000_000]
    assert panel.loc["2025Q3", "capex_usd"] == 8_502_000_000
    assert panel.loc["2026Q2", ["guidance_fiscal_year", "guidance_point_usd"]].tolist() == [2027, 70_000_000_000]


def test_what_microsoft_said_of_a_calendar_year_is_no_guidance_of_a_fiscal_year():
    """190, then 175 billion dollars were said of calendar 2026; its fiscal 2026 ended in June with 116 billion."""
    said = layoffdata.load("capex_guidance").query("company_id == 'microsoft' and year_basis == 'calendar'")
    assert said.set_index("issued_date")["point_usd"].to_dict() == {pd.Timestamp("2026-04-29"): 190_000_000_000, pd.Timestamp("2026-07-29"): 175_000_000_000}
    assert pd.isna(of_quarters("microsoft").loc["2026Q2", "guidance_fiscal_year"])
    around = layoffdata.evidence("microsoft-2026-04-23").query("what == 'capex_guidance'").set_index("date")["statement"]
    assert around["2026-04-29"] == "about 190 billion USD for calendar 2026"


def of_quarters(company_id):
    panel = layoffdata.load("company_quarters")
    return panel[panel["company_id"] == company_id].set_index("quarter")
