using System.Collections.Immutable;

namespace Gibbon.Pdk.Schemas;

/// <summary>The checks of a definition, by their names.</summary>
static class DefinitionChecks
{
    public static EntityCheck? Read(DefinitionReader reader, string name, object? argument) => (name, argument) switch
    {
        ("at_least_one_of", ValueList) => new AtLeastOneOfCheck(DefinitionReader.Names(argument)),
        ("only_one_of", ValueList) => new OnlyOneOfCheck(DefinitionReader.Names(argument)),
        ("distinct", ValueList) => new DistinctCheck(DefinitionReader.Names(argument)),
        ("mutually_required", ValueList) => new MutuallyRequiredCheck(DefinitionReader.Names(argument)),
        ("mutually_exclusive", ValueList) => new MutuallyExclusiveCheck(DefinitionReader.Names(argument)),
        ("mutually_exclusive_sets", ValueMap sets) =>
            new MutuallyExclusiveSetsCheck(DefinitionReader.Names(sets.Get("set1")), DefinitionReader.Names(sets.Get("set2"))),
        ("conditional", ValueMap map) => new ConditionalCheck(
            map.GetString("if_field") ?? "",
            reader.Field("", map.Get("if_match")),
            map.GetString("then_field") ?? "",
            reader.Field("", map.Get("then_match")),
            map.GetString("then_err")),
        ("conditional_at_least_one_of", ValueMap map) => AtLeastOne(reader, map),
        ("custom_entity_check", ValueMap map) => new CustomCheck(DefinitionReader.Names(map.Get("field_sources")), Function(map.Get("fn")))
        {
            RunWithMissingFields = map.Get("run_with_missing_fields") is true,
            RunWithInvalidFields = map.Get("run_with_invalid_fields") is true,
        },
        _ => Unknown(reader, name),
    };

    static ConditionalAtLeastOneOfCheck AtLeastOne(DefinitionReader reader, ValueMap map) => new(
        map.GetString("if_field") ?? "",
        reader.Field("", map.Get("if_match")),
        DefinitionReader.Names(map.Get("then_at_least_one_of")))
    {
        ThenError = map.GetString("then_err"),
        ElseMatch = map.Get("else_match") is { } match ? reader.Field("", match) : null,
        Else = DefinitionReader.Names(map.Get("else_then_at_least_one_of")),
        ElseError = map.GetString("else_then_err"),
    };

    static Func<ValueMap, CheckErrors, string?> Function(object? function) => function switch
    {
        Func<ValueMap, CheckErrors, string?> check => check,
        Func<ValueMap, string?> check => (values, _) => check(values),
        _ => static (_, _) => null,
    };

    static EntityCheck? Unknown(DefinitionReader reader, string name)
    {
        reader.Fail("entity_checks", $"unknown entity check: {name}");
        return null;
    }
}
