"""Who and what the demo's unit has: names, departments and dishes. Invented, and the same at every run."""

from typing import NamedTuple

from onecard.ids import Entropy

_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华慧建文辉玲红玉兰萍鹏宇欣怡嘉浩然子涵"
DEPARTMENTS = ("综合部", "研发中心", "财务部", "后勤处", "市场部", "教务处", "一车间", "二车间")


class Dish(NamedTuple):
    """One thing on sale: both names, category, price in fen, pinyin initials."""

    name: str
    name_en: str
    category: str
    price_fen: int
    initials: str


DISHES = (
    Dish("米饭", "Rice", "主食", 100, "mf"),
    Dish("馒头", "Steamed bun", "主食", 80, "mt"),
    Dish("牛肉面", "Beef noodles", "主食", 1500, "nrm"),
    Dish("扬州炒饭", "Fried rice", "主食", 1200, "yzcf"),
    Dish("水饺", "Dumplings", "主食", 1300, "sj"),
    Dish("炒青菜", "Stir-fried greens", "素菜", 300, "cqc"),
    Dish("番茄炒蛋", "Tomato and egg", "素菜", 500, "fqcd"),
    Dish("麻婆豆腐", "Mapo tofu", "素菜", 450, "mpdf"),
    Dish("酸辣土豆丝", "Hot and sour potato", "素菜", 350, "sltds"),
    Dish("红烧肉", "Braised pork", "荤菜", 900, "hsr"),
    Dish("宫保鸡丁", "Kung Pao chicken", "荤菜", 850, "gbjd"),
    Dish("清蒸鱼", "Steamed fish", "荤菜", 1200, "qzy"),
    Dish("糖醋排骨", "Sweet and sour ribs", "荤菜", 1100, "tcpg"),
    Dish("紫菜蛋花汤", "Seaweed egg soup", "汤", 200, "zcdht"),
    Dish("排骨汤", "Rib soup", "汤", 600, "pgt"),
    Dish("豆浆", "Soy milk", "饮品", 250, "dj"),
    Dish("酸奶", "Yoghurt", "饮品", 450, "sn"),
    Dish("矿泉水", "Water", "饮品", 200, "kqs"),
    Dish("午餐套餐", "Lunch set", "套餐", 1280, "wctc"),
    Dish("晚餐套餐", "Dinner set", "套餐", 1480, "wantc"),
)


def names(count: int, entropy: Entropy) -> list[str]:
    """So many different names."""
    found: dict[str, None] = {}
    while len(found) < count:
        given = "".join(_GIVEN[entropy.below(len(_GIVEN))] for _ in range(1 + entropy.below(2)))
        found[_FAMILY[entropy.below(len(_FAMILY))] + given] = None
    return list(found)
