"""Small texts in the two dialects, written for these tests."""

ASCIIDOC = r"""
[[mod_shops_shop_object]]
==== _Shop_ Object

[cols="3,2,1,10",options="header"]
|===
|Property |Type |Card. |Description

|id |<<types.asciidoc#types_cistring_type,CiString>>(36) |1 |Names it. +
On two lines.
|[[shop_doors]] doors |<<mod_shops_door_class,Doors>> |+ |What is entered by.
|opens |<<types.asciidoc#types_string_type,string>>(5) |? |Regex: `([01]\|2)[0-9]`
|tags |string[4] |* |Any.
|level |int(2) |? |Where.
|===

[[mod_shops_door_class]]
==== Door _class_

[cols="3,2,1,10",options="header"]
|===
|Property |Type |Card. |Description
|kind |<<mod_shops_kind_enum,DoorKind>> |1 |What it is.
|===

[[mod_shops_kind_enum]]
==== DoorKind _enum_

[cols="3,3,10",options="header"]
|===
|Value |Session +
       Only| Description
|FRONT |Y| The one ahead.
| BACK a| | The other.
|===

[[mod_shops_paint_enum]]
==== Paint _OpenEnum_

[cols="3,10",options="header"]
|===
|Value |Description
|RED |Like this.
|===

[source]
----
[cols="1,1"]
|===
|Property |Type
|===
----
"""

MARKDOWN = r"""
# Shops

### 3.1 _Shop_ Object

| Property | Type                       | Card. | Description |
|----------|----------------------------|-------|-------------|
| id       | [string](types.md#x)(15)   | 1     | Names it    |
| *Choice: one of two* |               |       |             |
| > always | boolean                    | 1     | Either      |
| > hours  | [Hour](#41-hour-class)     | *     | or          |
| opens    | string(5)                  | ?     | Regex: [0-2][0-9]\|3 |
<div>--</div>

### 4.1 Hour *class*

| Field Name | Field Type | Card. | Description |
|------------|------------|-------|-------------|
| begin      | int(1)     | 1     | &nbsp;      |

### 4.2 Mood *enum*

| Value | Description |
| ----- | ----------- |
| GLAD  | so          |
| SAD   | or so       |
"""
