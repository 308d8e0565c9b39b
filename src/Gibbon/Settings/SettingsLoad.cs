using System.Collections.Immutable;

namespace Gibbon.Settings;

/// <summary>What came of loading: settings, or what is wrong with them (Kong's words, one line each).</summary>
internal sealed record SettingsLoad
{
    /// <summary>Null when <see cref="Errors"/> has any.</summary>
    public GatewaySettings? Settings { get; init; }
    public ImmutableArray<string> Errors { get; init; } = [];
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>The working directory, known even when other settings are wrong; null when the file could not be read.</summary>
    public string? Prefix { get; init; }

    /// <summary>The file that was read; null: none.</summary>
    public string? File { get; init; }
}
