"""Goal: whatever the two stations have to do, a person does in a journey, to the last half-sentence.

Method: the requirements by their ids, and each of their parts by the test that walks it: the test is looked
for, and has to name the id (``F: C19``) itself. A part that loses its test fails here.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent
STATIONS = ("pos", "kiosk")
REQUIRED = (
    *("A2", "A3", "A4", "A5", "A6", "A7", "A8", "A11", "A13", "A14", "B3"),
    *("C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9", "C10"),
    *("C11", "C12", "C13", "C14", "C15", "C16", "C17", "C18", "C19", "C20"),
    *("D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "D9", "D10"),
)
#: Id → part of its row → test that walks it.
WALKED: dict[str, dict[str, str]] = {
    "A2": {
        "in one act, one receipt": "a_known_member_gets_a_card_with_money_and_one_receipt",
        "a new member": "a_new_member_is_made_once_though_the_answer_was_lost",
        "a list, name by name": "a_list_is_issued_name_by_name",
        "a blank is personalised, also in two tries": "a_torn_issue_is_finished_with_the_same_medium",
    },
    "A3": {
        "with the card": "cash_goes_onto_a_card",
        "without it, onto a purse": "cash_for_a_card_that_is_not_at_hand_waits_for_its_next_tap",
        "without it, onto an account": "an_account_is_opened_and_charged_on_the_spot",
        "mis-keyed": "a_mis_keyed_recharge_goes_back_as_cash_and_as_a_negative_load",
    },
    "A4": {
        "balance and deposit paid, wiped, reusable": "a_card_comes_back_is_paid_and_wiped",
        "an account without its card": "an_account_card_is_given_back_without_a_lock",
    },
    "A5": {"the balance moves, the old one is dead": "a_lost_card_is_replaced_with_its_balance"},
    "A6": {
        "at the front desk": "a_loss_report_stops_the_card_after_a_second_look",
        "cancelled": "a_lost_card_is_found_again_and_its_lock_is_cleared",
        "at the kiosk": "a_lost_card_is_stopped_with_number_and_pin_and_without_the_card",
    },
    "A7": {
        "issued": "every_kind_is_made_for_whom_and_as_long_as_was_said",
        "taken back and stopped": "a_card_that_came_back_is_stopped_then_blank_and_good_for_a_member",
        "stopped as any card": "a_stopped_management_card_opens_nothing",
        "administrator": "an_administrator_sets_the_time_while_nobody_knows_it",
        "operator": "an_operators_card_and_the_pin_sign_on",
        "collector": "a_card_of_nobodys_asks_who_it_is",
        "payee": "a_payee_card_opens_the_till_for_a_recharge",
        "loss": "a_loss_card_brings_the_stop_list_to_a_till_without_network",
        "settings": "a_settings_card_brings_its_settings",
    },
    "A8": {"balance moves to the formal card": "a_temporary_card_moves_to_the_formal_one"},
    "A11": {
        "at the till": "query_shows_the_card_then_what_the_server_knows",
        "at the kiosk": "a_tap_shows_balance_validity_and_last_transactions",
        "by UID alone": "a_city_card_shows_its_account_and_collects_what_is_ready",
    },
    "A13": {
        "who it is, logged, nothing sold": "one_tap_after_the_other_says_who_it_is",
        "lost": "a_lost_card_is_told_as_lost",
        "at the kiosk": "a_tap_says_who_it_is_and_whether_the_card_is_good",
        "without the office": "offline_a_tap_says_who_it_is_as_far_as_is_known_and_the_log_has_it_later",
    },
    "A14": {
        "per outlet, with its reason, and given back": "a_card_is_frozen_here_refused_and_given_back",
        "once": "a_freeze_whose_answer_was_lost_is_the_same_freeze",
    },
    "B3": {
        "at the kiosk": "one_tap_collects_the_only_subsidy_and_the_books_and_the_paper_say_so",
        "at a till in subsidy mode": "a_tap_collects_what_lies_ready_onto_the_card_that_lies_there",
        "onto an account": "an_account_is_credited_at_once",
        "an account's paper": "a_subsidy_of_an_account_is_on_it_at_once_with_a_receipt_like_any_other",
        "at the counter": "a_subsidy_is_collected_at_the_counter",
        "waiting, by the next tap": "all_that_waits_is_loaded_at_one_tap_and_a_tear_is_finished_by_the_next",
    },
    "C1": {
        "free amount": "amount_tap_ready_without_a_touch_in_between",
        "key prices": "figures_are_prices",
        "fixed price": "tap_tap_tap_at_one_price_without_a_key",
        "count": "each_tap_is_one_use",
        "on account": "what_is_paid_later_is_owed_by_the_member",
        "by time of day": "prices_and_the_menu_follow_the_time_of_day",
        "from the server": "the_cashier_chooses_until_the_office_says_something_new",
        "amounts only": "amounts_only_shows_and_takes_no_product",
    },
    "C2": {
        "catalogue, quantities": "products_quantities_and_amounts_make_one_bill",
        "categories": "many_categories_are_reached_group_by_group",
        "barcode": "a_scanned_code_is_on_the_bill_from_either_screen",
        "letters": "letters_find_products",
        "hold and resume": "a_bill_on_hold_survives_the_power_and_another_customer",
        "any line void": "arrows_choose_a_line_of_the_bill_and_backspace_takes_it_off",
    },
    "C3": {
        "live weight × price": "an_apple_is_weighed_priced_and_printed_with_one_weight",
        "unsteady": "nothing_is_sold_while_the_pan_swings",
        "tare": "a_container_is_taken_off_by_tare",
        "ticket": "a_price_computing_scales_ticket_is_scanned",
    },
    "C4": {
        "cash with change": "cash_with_change_opens_the_drawer_and_is_in_the_till",
        "split": "part_by_card_and_the_rest_in_cash",
        "member price with cash": "a_member_shows_his_card_for_its_price_and_points_and_pays_cash",
        "bank card": "a_banks_card_pays_through_its_own_terminal",
        "PIN on the screen": "a_large_sale_goes_on_with_the_right_pin_and_the_card_that_lies_there",
        "PIN on the pad": "a_pad_at_the_counter_takes_the_place_of_the_screens",
    },
    "C5": {
        "second display": "items_total_name_and_balance_for_three_seconds",
        "pole": "the_pole_shows_the_sum_and_then_the_balance",
    },
    "C6": {
        "paper out, printer off": "a_printer_that_does_not_print_stops_no_sale",
        "reprint": "a_receipt_of_the_shift_is_printed_again",
        "drawer": "cash_with_change_opens_the_drawer_and_is_in_the_till",
    },
    "C7": {
        "void with PIN": "void_needs_a_supervisor_and_the_card_that_paid",
        "void with a supervisor's card": "a_supervisors_card_gives_the_word",
        "refund of a past sale": "a_whole_sale_waits_for_its_card",
        "of one line, in cash": "one_line_of_a_cash_sale_comes_out_of_the_drawer",
    },
    "C8": {
        "by card": "an_operators_card_signs_on",
        "by PIN or card without a network": "card_and_pin_sign_on_without_a_network",
        "float": "the_float_must_be_typed",
        "paid in and out": "paid_in_and_paid_out_are_in_the_expected_cash",
        "X": "x_shows_sums_and_never_the_expected_cash",
        "Z, count and difference": "z_counts_blind_and_books_the_difference",
        "several a day": "several_shifts_a_day_each_have_their_own_cash",
    },
    "C9": {
        "by time and by meal": "totals_are_apart_by_meal_and_by_span",
        "listed and searched": "a_record_is_found_by_what_is_typed_and_printed_again",
        "of other days": "last_weeks_records_are_there_after_many_shifts",
    },
    "C10": {
        "offline and back": "offline_sells_and_says_how_things_stand",
        "pending, age of lists": "status_tells_office_lists_devices_and_what_to_do",
        "accounts offline": "offline_it_is_sold_from_the_offices_last_figures_within_the_caps",
    },
    "C11": {
        "open, issue": "deposit_and_fee_stand_on_the_bill_and_the_receipt",
        "batch": "a_list_is_issued_name_by_name",
        "recharge": "cash_for_a_card_that_is_not_at_hand_waits_for_its_next_tap",
        "return": "a_card_comes_back_is_paid_and_wiped",
        "PIN": "a_member_types_his_new_pin_twice_and_nothing_keeps_it",
        "query": "a_member_is_found_by_the_end_of_his_phone_and_his_balance_explained",
        "statement": "a_statement_adds_up_on_the_screen_and_on_paper",
        "remittance": "ones_own_remittance_is_shown_and_printed",
        "only who may": "every_job_has_its_title_and_its_key_and_greys_what_the_operator_may_not",
    },
    "C12": {
        "room and goods on one bill": "room_and_goods_on_one_bill_with_gift_and_real_money_apart",
        "gift for the room only": "gift_never_pays_for_goods",
    },
    "C13": {"sells and nothing else": "a_site_where_nobody_may_recharge_sells_and_nothing_else"},
    "C14": {
        "keyboard": "keyboard_alone_adds_three_of_what_it_finds_and_sells_them",
        "touch": "touch_alone_finds_the_same",
        "training": "training_is_unmistakable_on_screen_and_paper",
    },
    "C15": {
        "state and time left, dims": "battery_and_time_left_are_shown_and_mains_ends_it",
        "a clean stop": "a_low_battery_stops_the_till_after_the_customer",
    },
    "C16": {
        "amount sent, approval kept": "a_bank_card_pays_and_its_approval_is_kept",
        "void": "a_void_goes_through_the_banks_terminal",
        "refund": "a_refund_is_booked_after_the_terminal_has_paid",
        "unknown asked again": "a_lost_answer_is_asked_for_until_it_is_known",
        "day totals": "the_days_totals_are_compared_with_the_terminals",
    },
    "C17": {
        "record kept and exported": "a_city_card_pays_and_its_record_is_kept",
        "pulled too soon": "a_city_card_that_was_pulled_too_soon_is_asked_for_again",
    },
    "C18": {
        "periods, stored, reported": "meals_are_set_stored_reported_and_survive_a_restart",
        "date and time, network, by touch": "a_time_a_figure_and_an_address_are_set_by_touch_alone",
        "card types, interval": "only_some_card_types_are_taken_and_not_too_often",
        "mode": "a_mode_set_here_holds_until_the_office_is_followed_again",
        "key prices": "key_prices_set_here_sell_at_once",
        "devices": "a_device_is_set_for_the_next_start",
        "card and PIN": "no_card_or_a_wrong_pin_opens_nothing",
    },
    "C19": {
        "held at opening, settled at closing": "a_room_deposit_is_held_and_settled_with_the_bill",
        "off a purse": "a_room_deposit_off_a_purse_is_paid_and_the_rest_comes_back",
        "given back by hand": "a_deposit_is_given_back_whole",
        "released by itself": "a_deposit_that_nobody_settles_comes_back_by_itself",
    },
    "C20": {
        "slips by two people": "a_slip_is_entered_by_two_people_and_once",
        "uncollected charges": "what_a_slip_took_and_was_not_there_is_collected_later",
    },
    "D1": {
        "all of it at one tap": "a_tap_shows_every_wallet_points_pending_subsidy_validity_and_what_happened"
    },
    "D2": {
        "one": "one_tap_collects_the_only_subsidy_and_the_books_and_the_paper_say_so",
        "all": "of_several_subsidies_one_is_taken_and_later_all_the_rest",
    },
    "D3": {
        "running total, finish, receipt": "notes_go_in_and_the_card_has_them",
        "walk-away": "a_member_who_left_with_the_card_finds_the_money_waiting_for_it",
        "power": "power_lost_with_a_note_in_the_stacker_credits_it_to_the_card_of_its_visit",
        "jam": "a_note_that_gets_stuck_needs_a_person_and_the_rest_is_on_the_card",
        "no paper": "without_paper_it_says_so_before_the_first_note_and_goes_on",
    },
    "D4": {
        "paid": "a_paid_code_is_on_the_card_with_a_receipt_and_in_the_books",
        "paid late": "who_takes_the_card_and_pays_afterwards_finds_it_waiting",
        "paid back": "what_was_paid_for_a_card_that_was_stopped_meanwhile_goes_back_and_says_so",
    },
    "D5": {
        "loss": "a_lost_card_is_stopped_with_number_and_pin_and_without_the_card",
        "loss, letters": "a_member_of_staff_types_the_letter_of_his_number_too",
        "PIN": "a_pin_is_changed_with_the_old_one_and_the_new_one_holds",
        "statement": "a_statement_is_printed_and_says_what_the_books_say",
    },
    "D6": {
        "languages": "another_language_lasts_for_one_visit",
        "large print, spoken": "large_print_reads_prompts_aloud_and_no_amount_and_ends_with_the_visit",
        "longer": "large_print_has_twice_the_time",
        "longer after a tap": "who_reads_large_print_has_twice_the_time_after_a_mere_tap_too",
        "low": "choices_made_at_the_first_page_go_back_when_nobody_follows",
        "idle": "a_balance_nobody_looks_at_is_asked_about_and_ends",
        "privacy": "nothing_of_a_visit_is_seen_in_the_next_one",
    },
    "D7": {
        "signed count": "the_box_is_counted_blind_and_the_books_name_a_difference",
        "card and PIN": "without_the_right_pin_or_card_nothing_opens",
        "out of service": "a_function_out_of_service_says_so_over_a_restart_and_comes_back",
        "tests, counters, settings": "devices_are_tested_and_settings_shown",
        "reader": "the_reader_names_any_card_and_leaves_no_trace_on_it_or_in_the_journal",
        "note slot": "a_note_is_recognised_and_comes_back_and_the_books_know_nothing_of_it",
        "coin slot": "a_coin_cannot_come_back_so_it_is_on_record_on_a_slip_and_in_the_count",
    },
    "D8": {"logo and notices": "when_nobody_is_near_logo_and_notices_are_shown_until_a_touch"},
    "D9": {
        "all that waits": "all_that_waits_is_loaded_at_one_tap_and_a_tear_is_finished_by_the_next",
        "exactly once": "an_answer_that_was_lost_delivers_each_line_once",
    },
    "D10": {
        "query with its age": "an_accounts_balance_is_told_from_the_snapshot_with_its_age",
        "subsidy from synced loads": "loads_that_were_synced_are_collected_offline",
        "cash within caps": "cash_goes_onto_a_purse_card_offline_until_the_allowance_is_used",
        "greyed with the reason": "every_function_that_needs_the_office_is_greyed_with_its_reason",
    },
}
PARTS = [(id, part, test) for id, parts in WALKED.items() for part, test in parts.items()]


def named(text: str) -> set[str]:
    """The ids that a comment or docstring names."""
    found = set()
    for line in text.splitlines():
        _, mark, rest = line.partition("F: ")
        words = rest.replace(".", " ").replace(":", " ").replace(",", " ").split() if mark else []
        for word in words:
            if word not in REQUIRED and not (word[:1].isupper() and word[1:].isdigit()):
                break
            found.add(word)
    return found


@cache
def journeys() -> dict[str, set[str]]:
    """Every test of a journey, and what it names: in it, or in the comment above it."""
    found: dict[str, set[str]] = {}
    for station in STATIONS:
        for path in sorted((ROOT / station).rglob("test_*_journey.py")):
            text = path.read_text(encoding="utf-8")
            lines = text.splitlines()
            for test, above in found_in(ast.parse(text)):
                inside = "\n".join(lines[above : test.end_lineno])
                found.setdefault(test.name.removeprefix("test_"), set()).update(named(inside))
    return found


def found_in(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef, int]]:
    """Each with the line before its decorators and the comment above them."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            yield node, max(0, first - 2)


@pytest.mark.parametrize("id", REQUIRED)
def test_every_requirement_is_walked(id: str) -> None:
    assert any(id in ids for ids in journeys().values())
    assert WALKED[id]


@pytest.mark.parametrize(("id", "part", "test"), PARTS, ids=[f"{id}-{part}" for id, part, _ in PARTS])
def test_every_part_of_it_has_the_journey_that_says_so(id: str, part: str, test: str) -> None:
    assert test in journeys(), f"no journey {test}"
    assert id in journeys()[test], f"{test} does not name {id}"
