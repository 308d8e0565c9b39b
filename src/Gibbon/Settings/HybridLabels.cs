using System.Buffers;
using System.Collections.Frozen;

namespace Gibbon.Settings;

/// <summary><c>cluster_dp_labels</c>: up to ten <c>key:value</c> of at most 63 characters each.</summary>
internal static class HybridLabels
{
    private const int MaxLabels = 10;
    private const int MaxLength = 63;

    private static readonly string[] Reserved = ["kong", "konnect", "insomnia", "mesh", "kic"];

    private static readonly SearchValues<char> Inner =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.:-");

    public static FrozenDictionary<string, string> From(SettingReader read)
    {
        var entries = read.List("cluster_dp_labels");
        if (entries.Length > MaxLabels)
            read.Fail($"labels validation failed: count exceeded {MaxLabels} max elements");

        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var colon = entry.IndexOf(':', StringComparison.Ordinal);
            var (key, value) = colon < 0 ? (entry, "") : (entry[..colon], entry[(colon + 1)..]);
            if (Problem(key) is { } wrongKey)
                read.Fail($"label key validation failed: {wrongKey}");
            else if (Reserved.Any(word => key.StartsWith(word, StringComparison.Ordinal)))
                read.Fail($"label key validation failed: '{key}' is reserved");
            else if (Problem(value) is { } wrongValue)
                read.Fail($"label value validation failed: {wrongValue}");
            else
                labels[key] = value;
        }

        return labels.ToFrozenDictionary();
    }

    private static string? Problem(string text)
    {
        if (text.Length is 0 or > MaxLength)
            return $"'{text}' must have 1 to {MaxLength} characters";
        if (!char.IsAsciiLetterOrDigit(text[0]) || !char.IsAsciiLetterOrDigit(text[^1]))
            return $"'{text}' must start and end with a letter or a digit";
        return text.AsSpan().ContainsAnyExcept(Inner) ? $"'{text}' has invalid characters" : null;
    }
}
