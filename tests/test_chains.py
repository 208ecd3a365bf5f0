"""Test that the chain of authority is followed up and down, unfolded once, stopped at cycles, and shown truly."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import networkx as nx
import pytest
from rich.console import Console

from cancu.language import Refusal
from cancu.queries.chains import Branch, Chain, read_chain, read_graph
from cancu.queries.store import Store
from cancu.viz.tree import json_of_chain, render_chain
from tests.library import KH_37, KH_52, QD_90, TT_10, graphs_of, library, store_of
from tests.plans import plans

CANCU, ELI, RDF = (
    "https://w3id.org/cancu/ns#",
    "http://data.europa.eu/eli/ontology#",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
)


def numbers(branches: tuple[Branch, ...]) -> list[str]:
    return [branch.node.number or branch.node.label for branch in branches]


def walk(branches: tuple[Branch, ...], depth: int = 1) -> Iterator[tuple[int, Branch]]:
    for branch in branches:
        yield depth, branch
        yield from walk(branch.branches, depth + 1)


def shown(chain: Chain, lang: str = "vi", *, full: bool = False) -> str:
    out = io.StringIO()
    Console(file=out, width=1000, highlight=False).print(render_chain(chain, "vi" if lang == "vi" else "en", full=full))
    return out.getvalue()


def long_chain(length: int) -> Store:
    """Make documents that rest each on the next, the last on the first."""
    lines = []
    for n in range(length):
        this, following = f"urn:d{n}", f"urn:d{(n + 1) % length}"
        lines += [
            f"<{this}> <{RDF}type> <{ELI}LegalResource> .",
            f'<{this}> <http://www.w3.org/2000/01/rdf-schema#label> "Quyết định số {n}/QĐ-UBND"@vi .',
            f'<{this}> <{ELI}number> "{n}/QĐ-UBND" .',
            f"<urn:c{n}> <{CANCU}citingDocument> <{this}> .",
            f"<urn:c{n}> <{CANCU}citedDocument> <{following}> .",
            f"<urn:c{n}> <{RDF}predicate> <{ELI}based_on> .",
        ]
    store = Store.in_memory()
    store.replace_graph("urn:g", "\n".join(lines))
    return store


# --- upwards ----------------------------------------------------------------------------------------------------------


def test_the_chain_goes_up_in_the_order_of_the_text() -> None:
    chain = read_chain(library(), "52/KH-UBND")
    assert chain.root is not None and chain.root.iri == KH_52
    assert numbers(chain.branches) == ["1401/QĐ-UBND", "37/KH-UBND", "10/2022/TT-BLĐTBXH"]
    province = chain.branches[1]
    assert numbers(province.branches) == ["90/QĐ-TTg"]
    assert numbers(province.branches[0].branches) == ["24/2021/QH15"]


def test_a_hop_tells_relation_activity_provision_and_place() -> None:
    province = read_chain(library(), "37/KH-UBND")
    (circular,) = [branch for branch in province.branches if branch.node.iri == TT_10]
    (link,) = circular.links
    assert (link.relation, link.activity, link.provision) == (
        "authorises",
        "Dự án 1: Giám sát, đánh giá Chương trình",
        "khoản 2 Điều 5",
    )
    (hop,) = link.proof
    assert (hop.source, hop.start, hop.end) == ("kh-lam-son.txt", 401, 486)
    # The plan has lost its number: its word is as sure as its recognition, and no surer.
    assert link.confidence == hop.confidence == 0.9


def test_what_an_activity_of_a_superior_plan_is_authorised_by_is_none_of_its_business() -> None:
    below, above = (read_chain(library(), number) for number in ("52/KH-UBND", "37/KH-UBND"))
    assert "Luật Nhà ở" in numbers(above.branches)
    assert "Luật Nhà ở" not in [one for _, branch in walk(below.branches) for one in numbers((branch,))]
    # The plan's own activities count, and so do the bases of what authorises them.
    (circular,) = [branch for branch in below.branches if branch.node.iri == TT_10]
    assert [link.relation for link in circular.links] == ["authorises"]
    assert "27/2022/NĐ-CP" in numbers(circular.branches)


def test_who_rests_on_a_plan_does_not_rest_on_what_authorises_one_of_its_activities() -> None:
    (circular, *_) = read_chain(library(), "90/QĐ-TTg", down=True).branches
    province = next(branch for branch in circular.branches if branch.node.iri == KH_37)
    assert [link.relation for link in province.links] == ["authorises"]
    assert (province.branches, province.again, province.more) == ((), None, 0)


def test_the_text_of_an_annex_is_in_that_of_its_document() -> None:
    (annex,) = read_chain(plans(), "96/KH-UBND", down=True).branches
    assert annex.node.held and annex.node.sources == ("ke-hoach-quy-hop-2024.txt",)


def test_what_is_known_of_a_document_is_told() -> None:
    chain = read_chain(library(), "52/KH-UBND")
    held = {branch.node.number: branch.node.held for _, branch in walk(chain.branches)}
    assert held["90/QĐ-TTg"] and not held["1401/QĐ-UBND"]
    (decree,) = [b.node for _, b in walk(chain.branches) if b.node.number == "27/2022/NĐ-CP"]
    # Two sources give it two dates; both are shown, none is chosen.
    assert decree.dates == ("2022-04-19", "2022-04-29")
    assert chain.branches[1].node.inferred == 0.9


def test_a_document_is_unfolded_once() -> None:
    chain = read_chain(library(), "52/KH-UBND")
    decisions = [branch for _, branch in walk(chain.branches) if branch.node.iri == QD_90]
    assert [branch.again for branch in decisions] == [None, "shown"]
    assert decisions[1].branches == ()
    # What rests on nothing needs no such mark.
    resolutions = [branch for _, branch in walk(chain.branches) if branch.node.number == "24/2021/QH15"]
    assert all(branch.again is None for branch in resolutions)


def test_a_cycle_is_shown_once_and_marked() -> None:
    chain = read_chain(library(), "5/QĐ-UBND")
    assert [(depth, branch.node.number, branch.again) for depth, branch in walk(chain.branches)] == [
        (1, "6/QĐ-UBND", None),
        (2, "5/QĐ-UBND", "cycle"),
    ]


def test_the_chain_ends_at_its_depth_and_says_what_it_leaves_out() -> None:
    chain = read_chain(library(), "52/KH-UBND", depth=1)
    assert {depth for depth, _ in walk(chain.branches)} == {1}
    assert {branch.node.number: branch.more for branch in chain.branches} == {
        "1401/QĐ-UBND": 0,
        "37/KH-UBND": 1,
        "10/2022/TT-BLĐTBXH": 2,
    }
    assert read_chain(library(), "52/KH-UBND", depth=0).more == 3


@pytest.mark.parametrize("depth", range(5))
def test_a_shallow_chain_is_the_top_of_a_deep_one(depth: int) -> None:
    """Every document within reach is there, by the same links."""
    whole = read_graph(library(), KH_52, through_activities=False)
    reach = nx.single_source_shortest_path_length(whole, KH_52, cutoff=depth)
    chain = read_chain(library(), "52/KH-UBND", depth=depth)
    assert {branch.node.iri for _, branch in walk(chain.branches)} | {KH_52} == set(reach)


def test_a_very_long_chain_is_cut_and_not_an_error() -> None:
    with long_chain(3000) as store:
        chain = read_chain(store, "0/QĐ-UBND")
        deepest = max(depth for depth, _ in walk(chain.branches))
        assert deepest == 100
        assert "3000" not in shown(chain)
        json.dumps(json_of_chain(chain))


# --- downwards --------------------------------------------------------------------------------------------------------


def test_downwards_come_those_who_rest_on_it_by_date() -> None:
    chain = read_chain(library(), "90/QĐ-TTg", down=True)
    assert numbers(chain.branches) == ["10/2022/TT-BLĐTBXH", "60/KH-UBND", "37/KH-UBND"]
    assert numbers(chain.branches[0].branches) == ["37/KH-UBND", "52/KH-UBND"]
    assert numbers(chain.branches[2].branches) == ["52/KH-UBND"]
    assert chain.branches[2].again is None
    (annex,) = chain.branches[1].branches
    assert annex.links[0].relation == "attached_to"


def test_up_and_down_are_the_same_hops() -> None:
    up = read_graph(library(), KH_52)
    for cited in up:
        down = read_graph(library(), cited, down=True)
        for edge in up.edges:
            if edge[1] in down and edge[0] in down:
                assert down.edges[edge]["links"] == up.edges[edge]["links"]
    assert (KH_37, QD_90) in read_graph(library(), QD_90, down=True).edges


def test_a_chain_does_not_hang_on_the_order_of_loading() -> None:
    graphs = graphs_of()
    with store_of({name: graphs[name] for name in sorted(graphs, reverse=True)}) as other:
        for down in (False, True):
            assert read_chain(other, "90/QĐ-TTg", down=down) == read_chain(library(), "90/QĐ-TTg", down=down)


# --- what is no single document ---------------------------------------------------------------------------------------


def test_words_for_several_documents_list_them() -> None:
    chain = read_chain(library(), "1401/QĐ-UBND")
    assert chain.root is None and chain.branches == ()
    assert chain.ambiguous is not None and len(chain.ambiguous.candidates) == 2
    assert all(entry.iri in shown(chain) for entry in chain.ambiguous.candidates)
    assert [one["iri"] for one in json_of_chain(chain)["candidates"]] == [e.iri for e in chain.ambiguous.candidates]


def test_words_for_nothing_are_one_sentence() -> None:
    with pytest.raises(Refusal):
        read_chain(library(), "999/QĐ-KHÔNG")


# --- on screen --------------------------------------------------------------------------------------------------------


def test_the_tree_shows_every_hop_with_its_quote_and_place() -> None:
    text = shown(read_chain(library(), "52/KH-UBND"))
    assert "Kế hoạch số 52/KH-UBND · 20/02/2024" in text
    assert "«Kế hoạch số 37/KH-UBND ngày 26/01/2024 của UBND tỉnh Lam Sơn»" in text
    assert "[kh-yen-thinh.txt:270-330]" in text
    assert "cho phép: Tiểu dự án 2: Giám sát, đánh giá" in text
    assert "(khoản 2 Điều 5)" in shown(read_chain(library(), "37/KH-UBND"))
    assert "19/04/2022 / 29/04/2022" in text
    assert "chưa có toàn văn" in text


def test_the_tree_names_the_line_where_the_text_is_at_hand() -> None:
    out = io.StringIO()
    console = Console(file=out, width=1000, highlight=False)
    chain = read_chain(library(), "52/KH-UBND")
    console.print(
        render_chain(chain, "en", line_of=lambda source, at: at // 10 if source == "kh-yen-thinh.txt" else None)
    )
    assert "[kh-yen-thinh.txt:270-330, line 27]" in out.getvalue()
    assert "[qd-90.txt:142-196]" in out.getvalue()


def test_the_tree_speaks_english() -> None:
    text = shown(read_chain(library(), "5/QĐ-UBND"), "en")
    assert "legal basis" in text and "a cycle" in text and "2023-06-15" in text


def test_an_empty_chain_says_why() -> None:
    assert "không nêu căn cứ nào" in shown(read_chain(library(), "3/TB-UBND"))
    assert "chưa có toàn văn" in shown(read_chain(library(), "27/2022/NĐ-CP"))
    assert "không có văn bản nào dựa vào" in shown(read_chain(library(), "3/TB-UBND", down=True))


def test_a_depth_says_what_it_leaves_out() -> None:
    assert "(còn 2 văn bản ở bậc sau)" in shown(read_chain(library(), "52/KH-UBND", depth=1))


def test_the_json_is_the_same_tree() -> None:
    chain = read_chain(library(), "52/KH-UBND")

    def labels(node: dict[str, object]) -> list[object]:
        below = node["branches"]
        assert isinstance(below, list)
        return [node["label"], *(label for one in below for label in labels(one))]

    found = json.loads(json.dumps(json_of_chain(chain)))
    assert labels(found)[1:] == [branch.node.label for _, branch in walk(chain.branches)]
    assert found["branches"][0]["reasons"][0]["proof"][0]["quote"].startswith("Quyết định số 1041/QĐ-UBND")


def test_a_chain_goes_up_from_an_activity_through_its_own_authority_and_its_plan() -> None:
    chain = read_chain(plans(), "tiểu dự án 2 dự án 1 huyện Quỳ Hợp")
    assert chain.root is not None and chain.root.label.startswith("Tiểu dự án 2")
    reached = {branch.node.number: branch for branch in chain.branches}
    own, plan = reached["64/2022/TT-BNNPTNT"], reached["96/KH-UBND"]
    assert [link.relation for link in own.links] == ["authorises"]
    assert [link.relation for link in plan.links] == ["part_of"]
    assert "Tiểu dự án 2" in plan.links[0].proof[0].quote
    # Up to a law, and nothing of what authorises other activities of the plan.
    assert any(branch.node.number == "71/2021/QH15" for _, branch in walk(chain.branches))
    assert {link.relation for branch in plan.branches for link in branch.links} <= {"legal_basis"}
    assert read_chain(plans(), "tiểu dự án 2 dự án 1 huyện Quỳ Hợp", down=True).branches == ()
