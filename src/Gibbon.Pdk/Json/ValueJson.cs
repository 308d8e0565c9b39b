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
    const int BlockLength = 64 * 1024;

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
            var builder = new ValueJsonBuilder();
            builder.Take(ref reader);
            (value, error) = (builder.Value, null);
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

    /// <summary>Reads JSON from where it is now to its end, without ever having all of the text.</summary>
    /// <param name="json">The JSON, in UTF-8; stays open.</param>
    /// <param name="value">The value.</param>
    /// <param name="error">What is wrong with it.</param>
    /// <returns>Whether it is JSON.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static bool TryRead(Stream json, out object? value, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(json);
        var buffer = ArrayPool<byte>.Shared.Rent(BlockLength);
        try
        {
            var builder = new ValueJsonBuilder();
            var state = new JsonReaderState(Options);
            var kept = 0;
            for (var isLast = false; !isLast;)
            {
                if (kept == buffer.Length)
                    buffer = Grown(buffer);

                var length = kept + json.ReadAtLeast(buffer.AsSpan(kept), buffer.Length - kept, throwOnEndOfStream: false);
                isLast = length < buffer.Length;
                var reader = new Utf8JsonReader(buffer.AsSpan(0, length), isLast, state);
                builder.Take(ref reader);
                state = reader.CurrentState;
                var used = (int)reader.BytesConsumed;
                kept = length - used;
                buffer.AsSpan(used, kept).CopyTo(buffer);
            }

            (value, error) = (builder.Value, null);
            return true;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            value = null;
            error = failure.Message;
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // A text is taken only when all of it is there.
    static byte[] Grown(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
