using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Acl;

/// <summary>Which groups may, or may not.</summary>
sealed record AclConfig : IConfigureSchema
{
    /// <summary>The groups of which one is needed.</summary>
    public IReadOnlyList<string>? Allow { get; init; }

    /// <summary>The groups that are turned away.</summary>
    public IReadOnlyList<string>? Deny { get; init; }

    /// <summary>Whether the service is not told the groups.</summary>
    public bool HideGroupsHeader { get; init; }

    /// <summary>Whether groups that an authentication plugin found (LDAP, tokens) count in place of the consumer's.</summary>
    public bool AlwaysUseAuthenticatedGroups { get; init; }

    internal bool IsDenyList => Deny is { Count: > 0 };

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.Plugin
        .OnlyOneOf("config.allow", "config.deny")
        .AtLeastOneOf("config.allow", "config.deny");

    /// <summary>Whether the members of groups are turned away.</summary>
    internal bool Blocks(GroupSet groups) => IsDenyList ? groups.ContainsAny(Deny!) : !groups.ContainsAny(Allow ?? []);
}
