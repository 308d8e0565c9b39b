namespace Gibbon.Plugins.ProxyCache;

/// <summary>A media type with its parameters (RFC 9110, section 8.3.1).</summary>
/// <param name="Type">The type in lower case; <c>*</c> is any.</param>
/// <param name="Subtype">The subtype in lower case; <c>*</c> is any.</param>
/// <param name="Parameters">The parameters, names in lower case.</param>
sealed record MediaType(string Type, string Subtype, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>Reads a media type.</summary>
    /// <returns><c>null</c> if it is none.</returns>
    public static MediaType? Parse(string text)
    {
        var parts = text.Split(';', StringSplitOptions.TrimEntries);
        var names = parts[0] == "*" ? ["*", "*"] : parts[0].ToLowerInvariant().Split('/');
        if (names is not [{ Length: > 0 } type, { Length: > 0 } subtype])
            return null;

        Dictionary<string, string> parameters = new(StringComparer.OrdinalIgnoreCase);
        foreach (var part in parts.AsSpan(1))
            if (part.Split('=', 2) is [var name, var value])
                parameters[name] = value.Trim('"').ToLowerInvariant();

        return new MediaType(type, subtype, parameters);
    }

    /// <summary>Whether another type is meant by this one: with the same parameters, no more and no fewer.</summary>
    public bool Covers(MediaType other)
    {
        if ((Type != "*" && Type != other.Type) || (Subtype != "*" && Subtype != other.Subtype) || Parameters.Count != other.Parameters.Count)
            return false;

        foreach (var (name, value) in Parameters)
            if (!other.Parameters.TryGetValue(name, out var same) || same != value)
                return false;

        return true;
    }
}
