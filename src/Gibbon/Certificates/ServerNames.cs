using System.Net;

namespace Gibbon.Certificates;

/// <summary>Which names of SNI entities a server name may match, in Kong's order of preference.</summary>
internal static class ServerNames
{
    /// <summary>The SNI entity that matches every name.</summary>
    public const string CatchAll = "*";

    /// <summary>
    /// True for what may stand in an SNI entity: letters, digits, <c>-</c>, <c>_</c> and dots, with <c>*</c> as a label. A client that
    /// sends anything else, or an address, gets the default certificate.
    /// </summary>
    public static bool IsValid(string name)
    {
        if (name.Length is 0 or > 255) return false;

        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.' or '*')) return false;
        }

        return !IPAddress.TryParse(name, out _);
    }

    /// <summary><c>a.b.com</c> gives <c>*.b.com</c>; null unless two labels remain behind the first.</summary>
    public static string? WithFirstLabelOpen(string name)
    {
        int dot = name.IndexOf('.');
        return dot > 0 && name.IndexOf('.', dot + 1) > 0 ? string.Concat("*", name.AsSpan(dot)) : null;
    }

    /// <summary><c>a.b.com</c> gives <c>a.b.*</c>; null for a single label.</summary>
    public static string? WithLastLabelOpen(string name)
    {
        int dot = name.LastIndexOf('.');
        return dot > 0 ? string.Concat(name.AsSpan(0, dot + 1), "*") : null;
    }
}
