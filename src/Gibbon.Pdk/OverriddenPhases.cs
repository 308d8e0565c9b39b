using System.Reflection;

namespace Gibbon.Pdk;

/// <summary>Reads from a plugin's type which phases it overrides: once per plugin, so that requests need not ask.</summary>
static class OverriddenPhases
{
    const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly;

    public static PluginPhases Of(Type plugin, Type contract)
    {
        var phases = PluginPhases.None;
        for (var type = plugin; type != contract && type is not null; type = type.BaseType)
            foreach (var method in type.GetMethods(Members))
                if (IsPhase(method, contract) && Enum.TryParse<PluginPhases>(method.Name[..^"Async".Length], out var phase))
                    phases |= phase;

        return phases;
    }

    static bool IsPhase(MethodInfo method, Type contract)
    {
        if (!method.IsVirtual || !method.Name.EndsWith("Async", StringComparison.Ordinal))
            return false;

        var origin = method.GetBaseDefinition().DeclaringType;
        return origin == contract || origin == typeof(Plugin);
    }
}
