using System.Collections.Immutable;
using System.Globalization;
using Gibbon.Pdk;

namespace Gibbon.Vaults;

/// <summary>Reads references apart: <c>{vault://name/resource/key?option=value#version}</c>.</summary>
internal static class ReferenceParser
{
    private const string Begin = "{vault://";

    public static bool IsReference(string? text) =>
        text is not null && text.Length > Begin.Length + 1 && text.StartsWith(Begin, StringComparison.Ordinal) && text.EndsWith('}');

    /// <returns>The parts, or Kong's text of what is wrong.</returns>
    public static Result<VaultReference> Parse(string reference)
    {
        if (!IsReference(reference))
        {
            return Result.Failure<VaultReference>($"not a reference [{reference}]");
        }

        if (!Uri.TryCreate(reference[1..^1], UriKind.Absolute, out Uri? uri))
        {
            return Result.Failure<VaultReference>($"reference is not url [{reference}]");
        }

        string path = uri.AbsolutePath.TrimStart('/');
        if (uri.Host.Length == 0 || path.Length == 0)
        {
            bool hasPath = reference.IndexOf('/', Begin.Length) >= 0;
            string problem = uri.Host.Length == 0 ? "is missing host" : hasPath ? "has empty path" : "is missing path";
            return Result.Failure<VaultReference>($"reference url {problem} [{reference}]");
        }

        long? version = null;
        if (uri.Fragment.Length > 1)
        {
            if (!long.TryParse(uri.Fragment.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            {
                return Result.Failure<VaultReference>($"reference url has invalid version [{reference}]");
            }

            version = number;
        }

        int slash = path.EndsWith('/') ? -1 : path.LastIndexOf('/');
        return new VaultReference(
            uri.Host,
            Uri.UnescapeDataString(slash < 0 ? path.TrimEnd('/') : path[..slash]),
            slash < 0 ? null : Uri.UnescapeDataString(path[(slash + 1)..]),
            Options(uri.Query),
            version);
    }

    private static ImmutableDictionary<string, string> Options(string query) => query.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(static pair => pair.Split('=', 2))
        .ToImmutableDictionary(static pair => Uri.UnescapeDataString(pair[0]), static pair => pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "");
}
