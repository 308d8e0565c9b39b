namespace Gibbon.Plugins.ResponseTransformer;

/// <summary>Tells JSON by its media type.</summary>
static class JsonType
{
    /// <summary>Whether one of the types in a header is <c>application/json</c> or <c>application/…+json</c>.</summary>
    /// <param name="contentType">The header <c>Content-Type</c>.</param>
    public static bool IsJson(ReadOnlySpan<char> contentType)
    {
        foreach (var range in contentType.Split(','))
        {
            var type = contentType[range];
            var end = type.IndexOf(';');
            type = (end < 0 ? type : type[..end]).Trim();
            if (type.StartsWith("application/", StringComparison.OrdinalIgnoreCase)
                && (type[12..].Equals("json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)))
                return true;
        }

        return false;
    }
}
