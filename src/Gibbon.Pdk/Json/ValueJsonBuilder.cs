using System.Text;
using System.Text.Json;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk;

/// <summary>Makes a value of the tokens of JSON, which may come in several blocks.</summary>
sealed class ValueJsonBuilder
{
    const int LongestName = 48;

    // In a configuration the same few names occur a million times. Whoever comes second to a place takes it.
    static readonly string?[] Names = new string?[512];

    readonly Stack<object> _open = new();
    string? _name;

    /// <summary>What was read.</summary>
    public object? Value { get; private set; }

    /// <summary>Takes what the reader has.</summary>
    public void Take(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    _name = Name(ref reader);
                    break;
                case JsonTokenType.StartObject:
                    Open(new ValueMap());
                    break;
                case JsonTokenType.StartArray:
                    Open(new ValueList());
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    _open.Pop();
                    break;
                default:
                    Add(Scalar(ref reader));
                    break;
            }
        }
    }

    void Open(object container)
    {
        Add(container);
        _open.Push(container);
    }

    void Add(object? value)
    {
        if (!_open.TryPeek(out var parent))
            Value = value;
        else if (parent is ValueMap map)
            map[_name!] = value;
        else
            ((ValueList)parent).Add(value);
    }

    static object? Scalar(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Number => reader.TryGetInt64(out var whole) ? whole : (object)reader.GetDouble(),
        _ => reader.GetString(),
    };

    static string Name(ref Utf8JsonReader reader)
    {
        var bytes = reader.ValueSpan;
        if (reader.ValueIsEscaped || bytes.Length > LongestName)
            return reader.GetString()!;

        var hash = (uint)bytes.Length;
        foreach (var part in bytes)
            hash = hash * 31 + part;

        ref var place = ref Names[hash % (uint)Names.Length];
        return place is { } known && Ascii.Equals(bytes, known) ? known : place = reader.GetString()!;
    }
}
