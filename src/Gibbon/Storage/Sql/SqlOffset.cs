using System.Diagnostics.CodeAnalysis;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Declarative;

namespace Gibbon.Storage.Sql;

/// <summary>The mark at the end of a page, as Kong's nodes make and read it: the key of the last row, a JSON array in base64 without padding.</summary>
internal static class SqlOffset
{
    public static string After(IEnumerable<object?> key) => Convert.ToBase64String(ValueJson.Write(new ValueList(key))).TrimEnd('=');

    /// <summary>Reads a mark; <paramref name="last"/> is null for the beginning.</summary>
    public static bool TryRead(string? offset, out IReadOnlyList<object?>? last, [NotNullWhen(false)] out string? problem)
    {
        (last, problem) = (null, null);
        if (offset is null)
        {
            return true;
        }

        byte[] bytes = new byte[(offset.Length * 3 / 4) + 3];
        if (!Convert.TryFromBase64String(offset.PadRight((offset.Length + 3) / 4 * 4, '='), bytes, out int length))
        {
            problem = "bad base64 encoding";
            return false;
        }

        if (!JsonReader.TryRead(Encoding.UTF8.GetString(bytes, 0, length), out object? value, out _) || value is not ValueList key)
        {
            problem = "bad json encoding";
            return false;
        }

        last = key;
        return true;
    }
}
