using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk;

/// <summary>JSON and untyped values. Written as Kong's JSON library writes it: without spaces, <c>/</c> as <c>\/</c>, 16 digits.</summary>
public static class ValueJson
{
    // cjson's own limit; deeper input is an attack, not data.
    const int MaxDepth = 1000;

    static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow };

    /// <summary>A value as JSON, in UTF-8.</summary>
    /// <param name="value"><c>null</c>, a truth value, a number, a text, a <see cref="ValueMap"/> or a <see cref="ValueList"/>.</param>
    /// <exception cref="KongArgumentException">The value, or something in it, is none of these, or not finite, or nested too
    /// deeply.</exception>
    public static byte[] Write(object? value)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        Write(buffer, value);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes a value as JSON, in UTF-8.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="value"><c>null</c>, a truth value, a number, a text, a <see cref="ValueMap"/> or a <see cref="ValueList"/>.</param>
    /// <exception cref="KongArgumentException">The value, or something in it, is none of these, or not finite, or nested too
    /// deeply.</exception>
    public static void Write(IBufferWriter<byte> output, object? value) => new ValueJsonWriter(output).Write(value, MaxDepth);

    /// <summary>Reads JSON. Of names that occur twice in an object the last one counts.</summary>
    /// <param name="json">The JSON, in UTF-8.</param>
    /// <param name="value">The value.</param>
    /// <param name="error">What is wrong with it.</param>
    /// <returns>Whether it is JSON.</returns>
    public static bool TryRead(ReadOnlySpan<byte> json, out object? value, [NotNullWhen(false)] out string? error)
    {
        try
        {
            var reader = new Utf8JsonReader(json, Options);
            reader.Read();
            value = Read(ref reader);
            if (reader.Read())
                throw new JsonException("unexpected content after the value");

            error = null;
            return true;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is how the reader tells of a text that is not UTF-8.
            value = null;
            error = failure.Message;
            return false;
        }
    }

    static object? Read(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number => reader.TryGetInt64(out var whole) ? whole : (object)reader.GetDouble(),
        JsonTokenType.StartArray => ReadList(ref reader),
        _ => ReadMap(ref reader),
    };

    static ValueList ReadList(ref Utf8JsonReader reader)
    {
        var list = new ValueList();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            list.Add(Read(ref reader));

        return list;
    }

    static ValueMap ReadMap(ref Utf8JsonReader reader)
    {
        var map = new ValueMap();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            reader.Read();
            map[name] = Read(ref reader);
        }

        return map;
    }
}
