using System.Collections;
using System.Collections.Immutable;

namespace Gibbon.Settings;

/// <summary>Where settings are read from: defaults, then the file, then the environment, then the command's arguments.</summary>
internal sealed record SettingSources
{
    /// <summary>The file to read, which must exist; null: the first of <see cref="SettingsFile.DefaultPaths"/> that does, or none.</summary>
    public string? File { get; init; }

    /// <summary>False reads no file unless <see cref="File"/> names one.</summary>
    public bool SearchFile { get; init; } = true;

    /// <summary>True when <see cref="File"/> is what <see cref="SavedSettings"/> wrote.</summary>
    public bool Saved { get; init; }

    /// <summary>A second file whose settings go over those of the first: what <c>reload -c</c> names.</summary>
    public string? Over { get; init; }

    /// <summary>True reads no settings from the environment; references into it are still resolved.</summary>
    public bool IgnoreVariables { get; init; }

    /// <summary>Only <c>KONG_*</c> matter as settings; any may be referred to by <c>{vault://env/...}</c>.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Settings that the command line gives, by name (<c>prefix</c>).</summary>
    public IReadOnlyDictionary<string, string> Arguments { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Values kept apart from the file because they are secret; they stand as if the file held them.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Picks the prefix when no source names one.</summary>
    public PrefixChoice Prefixes { get; init; } = PrefixChoice.System;

    /// <summary>The variables of this process.</summary>
    public static IReadOnlyDictionary<string, string> ProcessEnvironment() =>
        System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
}
