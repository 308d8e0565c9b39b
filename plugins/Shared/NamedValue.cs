namespace Gibbon.Plugins.Shared;

/// <summary>
/// What transformers are configured with: <c>name:value</c>. The colons after the name are eaten, later ones belong to the value.
/// </summary>
/// <param name="Name">What stands before the first colon.</param>
/// <param name="Value">The rest; empty if there is none.</param>
readonly record struct NamedValue(string Name, string Value)
{
    /// <summary>Takes an entry apart.</summary>
    /// <param name="entry">The entry.</param>
    public static NamedValue Parse(string entry)
    {
        var colon = entry.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? new NamedValue(entry, "") : new NamedValue(entry[..colon], entry[colon..].TrimStart(':'));
    }

    /// <summary>Whether a text can be the name of a header, as Kong sees it.</summary>
    /// <param name="name">The text.</param>
    public static bool IsHeaderName(string name) =>
        name.Length > 0 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
