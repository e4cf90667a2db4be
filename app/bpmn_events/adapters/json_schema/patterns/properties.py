r"""The names of Unicode properties in `\p{…}` (ECMA-262, tables 66 to 68). Their case matters."""

import re
from functools import lru_cache

from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError

from bpmn_events.adapters.json_schema.patterns.parser import InvalidPattern

_BINARY_NAMES = """
ASCII ASCII_Hex_Digit AHex Alphabetic Alpha Any Assigned Bidi_Control Bidi_C Bidi_Mirrored Bidi_M Case_Ignorable CI
Cased Changes_When_Casefolded CWCF Changes_When_Casemapped CWCM Changes_When_Lowercased CWL
Changes_When_NFKC_Casefolded CWKCF Changes_When_Titlecased CWT Changes_When_Uppercased CWU Dash
Default_Ignorable_Code_Point DI Deprecated Dep Diacritic Dia Emoji Emoji_Component EComp Emoji_Modifier EMod
Emoji_Modifier_Base EBase Emoji_Presentation EPres Extended_Pictographic ExtPict Extender Ext Grapheme_Base Gr_Base
Grapheme_Extend Gr_Ext Hex_Digit Hex IDS_Binary_Operator IDSB IDS_Trinary_Operator IDST ID_Continue IDC ID_Start IDS
Ideographic Ideo Join_Control Join_C Logical_Order_Exception LOE Lowercase Lower Math Noncharacter_Code_Point NChar
Pattern_Syntax Pat_Syn Pattern_White_Space Pat_WS Quotation_Mark QMark Radical Regional_Indicator RI
Sentence_Terminal STerm Soft_Dotted SD Terminal_Punctuation Term Unified_Ideograph UIdeo Uppercase Upper
Variation_Selector VS White_Space space XID_Continue XIDC XID_Start XIDS
"""
_CATEGORY_NAMES = """
Cased_Letter LC Close_Punctuation Pe Connector_Punctuation Pc Control Cc cntrl Currency_Symbol Sc Dash_Punctuation
Pd Decimal_Number Nd digit Enclosing_Mark Me Final_Punctuation Pf Format Cf Initial_Punctuation Pi Letter L
Letter_Number Nl Line_Separator Zl Lowercase_Letter Ll Mark M Combining_Mark Math_Symbol Sm Modifier_Letter Lm
Modifier_Symbol Sk Nonspacing_Mark Mn Number N Open_Punctuation Ps Other C Other_Letter Lo Other_Number No
Other_Punctuation Po Other_Symbol So Paragraph_Separator Zp Private_Use Co Punctuation P punct Separator Z
Space_Separator Zs Spacing_Mark Mc Surrogate Cs Symbol S Titlecase_Letter Lt Unassigned Cn Uppercase_Letter Lu
"""
_BINARY = frozenset(_BINARY_NAMES.split())
_CATEGORIES = frozenset(_CATEGORY_NAMES.split())
_CATEGORY = re.compile(r"(?:(?:General_Category|gc)=)?([A-Za-z_]+)")
_SCRIPT = re.compile(r"(?:Script|sc|Script_Extensions|scx)=[A-Z][A-Za-z_]+")


@lru_cache(1024)
def translate_property(name: str) -> str:
    """Return the name of the property in the engine.

    Raises:
        InvalidPattern: There is no such property, or the engine does not know it.
    """
    category = _CATEGORY.fullmatch(name)
    if category is not None and category[1] in _CATEGORIES:
        translated = f"gc={category[1]}"
    elif name in _BINARY or _SCRIPT.fullmatch(name):
        translated = name
    else:
        raise InvalidPattern(f"the Unicode property {name} is none of ECMA-262")
    if not _is_known(translated):
        raise InvalidPattern(f"the Unicode property {name} is not supported")
    return translated


def _is_known(name: str) -> bool:
    try:
        Draft202012Validator({"pattern": f"\\p{{{name}}}"}, pattern_options=RegexOptions())
    except ValidationError:
        return False
    return True
