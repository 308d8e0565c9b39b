namespace Gibbon.Pdk;

/// <summary>The media types of bodies that Kong can read and write.</summary>
static class MimeTypes
{
    public const string Form = "application/x-www-form-urlencoded";
    public const string Json = "application/json";
    public const string Multipart = "multipart/form-data";

    /// <summary>A media type without its parameters.</summary>
    public static string WithoutParameters(string mimeType)
    {
        var end = mimeType.IndexOf(';', StringComparison.Ordinal);
        return end < 0 ? mimeType : mimeType[..end];
    }

    /// <summary>The boundary a multipart type names, with or without quotes.</summary>
    public static string? Boundary(string mimeType)
    {
        const string parameter = "boundary=";
        var at = mimeType.IndexOf(parameter, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return null;

        var rest = mimeType.AsSpan(at + parameter.Length);
        if (rest is ['"', ..])
        {
            rest = rest[1..];
            var quote = rest.IndexOf('"');
            return (quote < 0 ? rest : rest[..quote]).ToString();
        }

        var end = rest.IndexOf(';');
        return (end < 0 ? rest : rest[..end]).Trim().ToString();
    }
}
