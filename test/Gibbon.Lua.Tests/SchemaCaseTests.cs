using System.Globalization;
using System.Text;
using Gibbon.Lua.Schemas;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Recordings;

namespace Gibbon.Lua.Tests;

/// <summary>Kong's own schema code was run on these definitions and inputs; a schema in Lua answers the same here.</summary>
public sealed class SchemaCaseTests : IDisposable
{
    private static readonly ValueList Cases = Read("schema-dsl-cases.json").GetList("cases")!;

    private readonly PluginFolder _folder = new();
    private readonly PluginReader _reader;

    public SchemaCaseTests() => _reader = new PluginReader(new Host.LuaSurroundings(_folder.Settings()));

    public static TheoryData<int, string> Numbers { get; } =
        [.. Cases.OfType<ValueMap>().Select(static (item, number) => new TheoryDataRow<int, string>(number, item.GetString("id")!))];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Kong_and_a_schema_in_Lua_say_the_same(int number, string id)
    {
        var item = (ValueMap)Cases[number]!;
        bool isTypedef = id.StartsWith("typedef.", StringComparison.Ordinal);
        string definition = isTypedef
            ? $"{{ name = 't', fields = {{ {{ f = require('kong.db.schema.typedefs').{id["typedef.".Length..]} }} }} }}"
            : LuaText(item.Get("definition"), "", id);
        Schema schema = _reader.Define("return " + definition, static read => SchemaDefinition.Record(read));
        ValueMap input = isTypedef ? new ValueMap { ["f"] = item.Get("input") } : item.GetMap("input")!;

        SchemaErrors? errors = schema.Create(input, Operation.Insert, out ValueMap entity);

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

    /// <summary>The definition as somebody would have written it. The functions are not in the file; the case's name and result say what they did.</summary>
    private static string LuaText(object? value, string key, string id) => value switch
    {
        null => "ngx.null",
        bool flag => flag ? "true" : "false",
        "<function>" when key == "fn" => "function(entity) if entity.a == 'x' then return nil, 'a is x' end return true end",
        "<function>" when id is "shorthand-plain" or "shorthand-bad-type" => "function(value) return { a = value } end",
        "<function>" => "function(value) return { r = { a = value } } end",
        string text => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"",
        ValueList list => "{" + string.Join(", ", list.Select(inner => LuaText(inner, "", id))) + "}",
        ValueMap map => "{" + string.Join(", ", map.Select(entry => $"[\"{entry.Key}\"] = {LuaText(entry.Value, entry.Key, id)}")) + "}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static ValueMap Read(string path)
    {
        Assert.True(ValueJson.TryRead(RecordedFiles.Read(path), out object? value, out string? error), error);
        return Assert.IsType<ValueMap>(value);
    }

    private static object? Sorted(object? value) => value switch
    {
        ValueMap map => Map(map.OrderBy(static entry => entry.Key, StringComparer.Ordinal)),
        ValueList list => new ValueList(list.Select(Sorted)),
        _ => value,
    };

    private static ValueMap Map(IEnumerable<KeyValuePair<string, object?>> entries)
    {
        var map = new ValueMap();
        foreach ((string key, object? value) in entries)
        {
            map[key] = Sorted(value);
        }

        return map;
    }

    /// <summary>JSON with sorted keys; what a run of Kong chose by itself stands as the file has it.</summary>
    private static string Text(object? value)
    {
        string text = Encoding.UTF8.GetString(ValueJson.Write(Sorted(value)));
        foreach (string start in (ReadOnlySpan<string>)["invalid certificate: ", "(PCRE returned: "])
        {
            int place = text.IndexOf(start, StringComparison.Ordinal);
            text = place < 0 ? text : text[..(place + start.Length)];
        }

        return Guid.TryParse(text.Split('"') is [_, _, _, var id, _] ? id : "", out _) ? "a UUID" : text;
    }
}
