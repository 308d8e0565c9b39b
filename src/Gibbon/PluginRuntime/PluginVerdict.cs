using Gibbon.Pdk;

namespace Gibbon.PluginRuntime;

/// <summary>Which of a plugin's configurations runs for a request, and which it keeps from running.</summary>
/// <param name="Plugin">The plugin.</param>
/// <param name="Selected">The configuration that runs.</param>
/// <param name="Shadowed">Those that fit the request too but are less specific, the most specific first.</param>
internal sealed record PluginVerdict(Plugin Plugin, PluginInstance Selected, IReadOnlyList<PluginInstance> Shadowed);

/// <summary>Says which plugins run for a request and in which order.</summary>
internal static class PluginExplanation
{
    // Those that say who is asking. What is chosen before the first of them has run is chosen for nobody in particular.
    private static readonly string[] Authenticating = ["session", "jwt", "oauth2", "key-auth", "ldap-auth", "basic-auth", "hmac-auth"];

    /// <param name="plan">The plan of the snapshot.</param>
    /// <param name="route">The request's route.</param>
    /// <param name="service">Its service.</param>
    /// <param name="consumer">Who will turn out to be asking; null for nobody.</param>
    /// <param name="groups">The consumer's groups.</param>
    /// <param name="knownAfter">The plugin from which on the consumer is known; null when it is taken as known from the start.</param>
    public static List<PluginVerdict> Of(PluginPlan plan, Guid route, Guid? service, Guid? consumer, IReadOnlyList<Guid> groups, out string? knownAfter)
    {
        PluginChain chain = plan.Find(route, service);
        knownAfter = consumer is null ? null : chain.Steps.FirstOrDefault(static step => step.Unscoped is not null && Authenticating.Contains(step.Plugin.Name))?.Plugin.Name;
        bool isKnown = knownAfter is null;
        List<PluginVerdict> verdicts = [];
        foreach (PluginStep step in chain.Steps)
        {
            Guid? asking = isKnown ? consumer : null;
            IReadOnlyList<Guid> theirs = isKnown ? groups : [];
            if (step.Select(asking, theirs) is { } selected)
            {
                verdicts.Add(new PluginVerdict(step.Plugin, selected, [
                    .. plan.Instances.For(route, service)
                        .Where(instance => instance.Name == step.Plugin.Name && instance.Id != selected.Id && IsFor(instance, asking, theirs))
                        .OrderBy(PluginScopeRank.Of),
                ]));
            }

            isKnown |= step.Plugin.Name == knownAfter;
        }

        return verdicts;
    }

    private static bool IsFor(PluginInstance instance, Guid? consumer, IReadOnlyList<Guid> groups) =>
        (instance.ConsumerId is null || instance.ConsumerId == consumer) && (instance.ConsumerGroupId is not { } group || groups.Contains(group));
}
