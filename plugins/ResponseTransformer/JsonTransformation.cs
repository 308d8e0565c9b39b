using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.ResponseTransformer;

/// <summary>
/// What is done to the fields of a JSON object, compiled. As in Lua a field that is <c>false</c> counts as absent where something is replaced
/// or added, one that is <c>null</c> does not.
/// </summary>
sealed class JsonTransformation
{
    readonly string[] remove;
    readonly NamedValue[] rename;
    readonly JsonEntry[] replace;
    readonly JsonEntry[] add;
    readonly JsonEntry[] append;

    public JsonTransformation(ResponseTransformerConfig config)
    {
        remove = [.. config.Remove.Json.Select(static entry => NamedValue.Parse(entry).Name)];
        rename = [.. config.Rename.Json.Select(NamedValue.Parse)];
        replace = JsonEntry.Compile(config.Replace);
        add = JsonEntry.Compile(config.Add);
        append = JsonEntry.Compile(config.Append);
        IsEmpty = config.Remove.Json.Count + rename.Length + config.Replace.Json.Count + config.Add.Json.Count + config.Append.Json.Count == 0;
    }

    /// <summary>Whether nothing is done.</summary>
    public bool IsEmpty { get; }

    /// <summary>The body with its fields changed. What is not an object is written as it is.</summary>
    /// <returns><c>null</c> if the body is not JSON.</returns>
    public byte[]? Change(ReadOnlyMemory<byte> body)
    {
        if (!ValueJson.TryRead(body.Span, out var value, out _))
            return null;

        if (value is ValueMap fields)
            Change(fields);

        return ValueJson.Write(value);
    }

    void Change(ValueMap fields)
    {
        foreach (var name in remove)
            fields.Remove(name);

        foreach (var (name, newName) in rename)
            if (newName.Length > 0 && fields.Remove(name, out var value))
                fields[newName] = value;

        foreach (var (name, value) in replace)
            if (IsThere(fields, name))
                fields[name] = value;

        foreach (var (name, value) in add)
            if (!IsThere(fields, name))
                fields[name] = value;

        foreach (var (name, value) in append)
            fields[name] = fields.Get(name) switch
            {
                string text => new ValueList { text, value },
                ValueList list => new ValueList(list) { value },
                ValueMap map => LuaTables.Append(map, value),
                _ => new ValueList { value },
            };
    }

    static bool IsThere(ValueMap fields, string name) => fields.TryGetValue(name, out var value) && value is not false;
}
