using System.Text;

namespace Gibbon.Storage;

/// <summary>
/// The mark at the end of a page. To clients it is opaque; here, as in a Kong without a database, it is the key of the last entity that was read and a NUL,
/// in base64 without padding.
/// </summary>
internal static class PageOffset
{
    public static string After(string kind, EntityQuery query, Guid workspace, Guid last)
    {
        var index = query.Tags is not null ? "*|*" : query.ForeignField is { } field ? $"{workspace}|{field}|{query.ForeignId}" : $"{workspace}|*";
        return Convert.ToBase64String(Encoding.UTF8.GetBytes($"{kind}|{index}|{last}\0")).TrimEnd('=');
    }

    /// <summary>Reads a mark.</summary>
    /// <returns>The id of the last entity that was read; <c>null</c> when the text is no mark.</returns>
    public static Guid? Read(string offset)
    {
        Span<byte> buffer = stackalloc byte[256];
        var padded = offset.PadRight((offset.Length + 3) / 4 * 4, '=');
        if (offset.Length > 300 || !Convert.TryFromBase64String(padded, buffer, out var length))
        {
            return null;
        }
        var key = buffer[..length].TrimEnd((byte)0);
        return Guid.TryParse(key[(key.LastIndexOf((byte)'|') + 1)..], out var id) ? id : Guid.Empty;
    }
}
