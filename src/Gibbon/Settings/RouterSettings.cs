namespace Gibbon.Settings;

internal enum RouterFlavor
{
    TraditionalCompatible,
    Expressions,
    Traditional,
}

/// <summary>How routes are matched and how soon a change reaches requests.</summary>
internal sealed record RouterSettings
{
    public required RouterFlavor Flavor { get; init; }

    /// <summary><c>worker_consistency = strict</c>: a write is answered only after requests see it.</summary>
    public required bool StrictConsistency { get; init; }

    /// <summary><c>worker_state_update_frequency</c>.</summary>
    public required TimeSpan UpdateFrequency { get; init; }

    public static RouterSettings From(SettingReader read)
    {
        if (read.Number("worker_state_update_frequency") <= 0)
            read.Fail("worker_state_update_frequency must be greater than 0");
        return new RouterSettings
        {
            Flavor = read.Text("router_flavor") switch
            {
                "expressions" => RouterFlavor.Expressions,
                "traditional" => RouterFlavor.Traditional,
                _ => RouterFlavor.TraditionalCompatible,
            },
            StrictConsistency = read.Text("worker_consistency") == "strict",
            UpdateFrequency = read.Seconds("worker_state_update_frequency"),
        };
    }
}
