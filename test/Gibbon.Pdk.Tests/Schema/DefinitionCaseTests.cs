using System.Text;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Tests.Schemas;

/// <summary>Kong's own schema code was run on these definitions and inputs; what it answered is what is answered here.</summary>
public sealed class DefinitionCaseTests
{
    static readonly ValueList Cases = Conformance.Read("schema-dsl-cases.json").GetList("cases")!;

    public static TheoryData<int, string> Numbers { get; } = [.. Cases.OfType<ValueMap>()
        .Select(static (item, number) => new TheoryDataRow<int, string>(number, item.GetString("id")!))
        .Where(static row => !IsForLua(row.Data.Item1))];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Kong_and_this_schema_say_the_same(int number, string id)
    {
        var item = (ValueMap)Cases[number]!;
        var isTypedef = id.StartsWith("typedef.", StringComparison.Ordinal);
        var definition = isTypedef ? OneField(Typedefs.Find(id["typedef.".Length..])!) : WithFunctions(item.GetMap("definition")!, id);
        var schema = SchemaDefinition.Record(definition);
        var input = isTypedef ? new ValueMap { ["f"] = item.Get("input") } : item.GetMap("input")!;

        var errors = schema.Create(input, Operation.Insert, out var entity);

        Assert.Equal(item.Get("ok"), errors is null);
        if (errors is not null)
        {
            Assert.Equal(Text(item.Get("errors")), Text(errors.Fields));
            Assert.Equal(item.GetString("message") ?? errors.Message, errors.Message);
        }
        else if (item.GetMap("result") is { } expected)
        {
            Assert.Equal(Text(expected), Text(entity));
        }
    }

    /// <summary>Only Lua can say what is wrong with Lua; its host puts its parser into the typedef.</summary>
    static bool IsForLua(int number) => Text(((ValueMap)Cases[number]!).Get("errors")).Contains("Error parsing function", StringComparison.Ordinal);

    static ValueMap OneField(Field field) => new() { ["name"] = "t", ["fields"] = new ValueList { new ValueMap { ["f"] = field } } };

    /// <summary>The functions of the definitions are not in the file; the case's name and result say what they did.</summary>
    static ValueMap WithFunctions(ValueMap definition, string id)
    {
        var copy = definition.DeepCopy();
        foreach (var check in copy.GetList("entity_checks")?.OfType<ValueMap>() ?? [])
        {
            if (check.GetMap("custom_entity_check") is { } custom)
            {
                custom["fn"] = new Func<ValueMap, string?>(static entity => entity.GetString("a") == "x" ? "a is x" : null);
            }
        }
        foreach (var shorthand in copy.GetList("shorthand_fields")?.OfType<ValueMap>() ?? [])
        {
            shorthand.GetMap("old")!["func"] = id == "shorthand-plain" || id == "shorthand-bad-type"
                ? new Func<object?, ValueMap?>(static value => new ValueMap { ["a"] = value })
                : static value => new ValueMap { ["r"] = new ValueMap { ["a"] = value } };
        }
        return copy;
    }

    /// <summary>JSON with sorted keys; what a run of Kong chose by itself stands as the file has it.</summary>
    static string Text(object? value)
    {
        var text = Encoding.UTF8.GetString(ValueJson.Write(Conformance.Sorted(value)));
        return Volatile(text);
    }

    static string Volatile(string text)
    {
        const string openSsl = "invalid certificate: ";
        const string pcre = "(PCRE returned: ";
        foreach (var start in (ReadOnlySpan<string>)[openSsl, pcre])
        {
            var place = text.IndexOf(start, StringComparison.Ordinal);
            text = place < 0 ? text : text[..(place + start.Length)];
        }
        return Guid.TryParse(text.Split('"') is [_, _, _, var id, _] ? id : "", out _) ? "a UUID" : text;
    }
}
