using System.Collections.Immutable;

namespace Gibbon.Settings;

internal enum SettingType
{
    String,
    Number,
    Boolean,
    OnOff,
    Array,
    Enum,
}

/// <summary>One line of the list of settings: what kong.conf calls it, what it may hold and what it is without a word from the user.</summary>
internal sealed record Setting
{
    public required string Name { get; init; }
    public required string Section { get; init; }
    public required SettingType Type { get; init; }

    /// <summary>Null: unset.</summary>
    public string? Default { get; init; }
    public string Description { get; init; } = "";

    /// <summary>The words an enum allows, in the order that Kong's error lists them.</summary>
    public ImmutableArray<string> Words { get; init; } = [];

    /// <summary>The setting that this one stands for, unless that one is given too.</summary>
    public string? AliasOf { get; init; }

    /// <summary>Directives that take this value unless given themselves.</summary>
    public ImmutableArray<string> Sets { get; init; } = [];

    public string? DeprecatedFor { get; init; }
    public bool Secret { get; init; }

    /// <summary>Accepted for Kong's sake, without effect here.</summary>
    public bool Inert { get; init; }

    /// <summary>A setting of ours, which Kong does not know.</summary>
    public bool BeyondKong { get; init; }

    public string EnvironmentName => "KONG_" + Name.ToUpperInvariant();
}
