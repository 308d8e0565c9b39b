using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Gibbon.Settings;

/// <summary>Which vault backends are loaded, and the options of each.</summary>
internal sealed record VaultSettings
{
    /// <summary>Names, <c>bundled</c> expanded; empty: off.</summary>
    public required ImmutableArray<string> Names { get; init; }

    /// <summary><c>vault_NAME_OPTION</c>, keyed <c>NAME_OPTION</c>: <c>env_prefix</c>.</summary>
    public required FrozenDictionary<string, string> Options { get; init; }

    public static VaultSettings From(SettingReader read)
    {
        var names = read.List("vaults");
        return new VaultSettings
        {
            Names = names is ["off", ..] ? [] : [.. names.Select(name => name == "bundled" ? "env" : name).Distinct(StringComparer.Ordinal)],
            Options = read.Namespace("vault_").ToFrozenDictionary(),
        };
    }
}
