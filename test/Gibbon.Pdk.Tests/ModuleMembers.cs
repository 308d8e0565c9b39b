using System.Reflection;

namespace Gibbon.Pdk.Tests;

/// <summary>The members of the kit that stand for a function of Kong's.</summary>
static class ModuleMembers
{
    const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<MemberInfo> All { get; } =
    [
        .. typeof(Plugin).Assembly.GetExportedTypes()
            .SelectMany(static type => type.GetMembers(Public).Append(type))
            .Where(static member => member.IsDefined(typeof(KongAttribute), inherit: false)),
    ];

    /// <summary>The members that may be used in some phases only; more than <see cref="All"/>, for some have no function in Kong.</summary>
    public static IReadOnlyList<MemberInfo> WithPhases { get; } =
    [
        .. typeof(Plugin).Assembly.GetExportedTypes()
            .SelectMany(static type => type.GetMembers(Public))
            .Where(static member => member.IsDefined(typeof(PhasesAttribute), inherit: false)),
    ];

    public static IEnumerable<string> Functions(MemberInfo member) =>
        member.GetCustomAttributes<KongAttribute>(inherit: false).Select(static a => a.Function);
}
