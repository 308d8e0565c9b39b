using System.Globalization;
using System.Text.RegularExpressions;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Declarative;

/// <summary>
/// Rewrites the paths of routes in files of the formats 1.1 and 2.1, where a regular expression was told from a plain path by its characters;
/// since 3.0 it begins with <c>~</c>, and plain paths are normalised. Only top-level routes and those in top-level services are
/// rewritten, as in Kong.
/// </summary>
internal static partial class PathMigration
{
    const string Reserved = "!#$%&'()*+,/:;=?@[]";
    const string Meta = ".^-{}\\|";

    /// <summary>Brings the document to the format 3.0, in place.</summary>
    public static void Apply(ValueMap document)
    {
        if (document.Get("_format_version") is not ("1.1" or "2.1"))
        {
            return;
        }
        MigrateRoutes(document.Get("routes"));
        foreach (var service in document.GetList("services") ?? [])
        {
            MigrateRoutes((service as ValueMap)?.Get("routes"));
        }
        document["_format_version"] = "3.0";
    }

    static void MigrateRoutes(object? routes)
    {
        foreach (var route in routes as ValueList ?? [])
        {
            var paths = (route as ValueMap)?.GetList("paths");
            for (var i = 0; i < paths?.Count; i++)
            {
                paths[i] = paths[i] is string path ? Migrate(path) : paths[i];
            }
        }
    }

    /// <summary>The path as 3.0 writes it.</summary>
    public static string Migrate(string path) =>
        PlainPath().IsMatch(path) ? UriNormalizer.Normalize(path, mergeSlashes: true) : "~" + (path.Contains('%', StringComparison.Ordinal) ? Triplet().Replace(path, Decode) : path);

    static string Decode(Match triplet)
    {
        var character = (char)byte.Parse(triplet.ValueSpan[1..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        if (Reserved.Contains(character, StringComparison.Ordinal))
        {
            return triplet.Value.ToUpperInvariant();
        }
        return Meta.Contains(character, StringComparison.Ordinal) ? "\\" + character : character.ToString();
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9.\-_~/%]*\z", RegexOptions.None, 1000)]
    private static partial Regex PlainPath();

    [GeneratedRegex("%[0-9A-Fa-f]{2}", RegexOptions.None, 1000)]
    private static partial Regex Triplet();
}
