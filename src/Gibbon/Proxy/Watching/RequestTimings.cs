using System.Collections.Immutable;
using System.Diagnostics;
using Gibbon.Balancing;
using Gibbon.Pdk;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Traffic;

namespace Gibbon.Proxy.Watching;

/// <summary>How long each step of a request took: a tree of phases and plugins, in milliseconds; and which plugin answered.</summary>
internal sealed class RequestTimings
{
    private readonly List<RecordedPluginTime> _plugins = [];
    private DebugNode? _phase;
    private DebugNode? _router;
    private DebugNode? _pluginPhase;
    private Pdk.Plugin? _plugin;
    private PluginInstance? _instance;
    private long _phaseStarted;
    private long _stepStarted;

    /// <summary>The tree, as <c>X-Kong-Request-Debug-Output</c> has it.</summary>
    public DebugNode Root { get; } = new("");

    /// <summary>The plugin that answered in the service's place; null when none did.</summary>
    public string? AnsweredBy { get; private set; }

    public void EnterPhase(Phase phase)
    {
        string? name = phase switch
        {
            Phase.Rewrite => "rewrite",
            Phase.Access => "access",
            Phase.Response => "response",
            Phase.HeaderFilter => "header_filter",
            Phase.BodyFilter => "body_filter",
            Phase.Log => "log",
            _ => null,
        };
        if (name is not null && _phase?.Name != name)
        {
            StartPhase(name);
        }
    }

    /// <summary>The router is a part of access.</summary>
    public void RouterStarts()
    {
        StartPhase("access");
        _router = _phase!.Child("router");
        _stepStarted = Stopwatch.GetTimestamp();
    }

    public void RouterEnds() => _router!.Add(ExchangeWatch.Milliseconds(_stepStarted, Stopwatch.GetTimestamp()));

    public void EnterPlugin(Exchange exchange, Pdk.Plugin? plugin, PluginInstance? instance)
    {
        long now = Stopwatch.GetTimestamp();
        if (_plugin is not null && _instance is not null && _pluginPhase is not null)
        {
            double milliseconds = ExchangeWatch.Milliseconds(_stepStarted, now);
            _pluginPhase.Child("plugins").Child(_plugin.Name).Child(_instance.Id.ToString()).Add(milliseconds);
            _plugins.Add(new RecordedPluginTime(_plugin.Name, _instance.Id, _pluginPhase.Name, milliseconds));
            if (AnsweredBy is null && exchange.HasExited)
            {
                AnsweredBy = _plugin.Name;
            }
        }

        (_plugin, _instance, _pluginPhase) = (plugin, instance, _phase);
        _stepStarted = now;
    }

    public void Picked(Exchange exchange, EndPoints? peer, bool fromMemory)
    {
        double milliseconds = ExchangeWatch.Milliseconds(exchange.Call.LastTry.Started, exchange.Times.BalancerEnded);
        if (peer is { Literal: null })
        {
            DebugNode resolve = Root.Child("access").Child("dns").Child(peer.Host).Child("resolve");
            resolve.Add(milliseconds);
            resolve.CacheHit = fromMemory;
        }

        EndPhase();
        Root.Child("balancer").Add(milliseconds);
    }

    /// <summary>The phase that is under way is over.</summary>
    public void EndPhase()
    {
        _phase?.Add(ExchangeWatch.Milliseconds(_phaseStarted, Stopwatch.GetTimestamp()));
        _phase = null;
    }

    /// <summary>Phases and plugins one after the other, each with all the time it took: a body filter is called for every piece.</summary>
    public (ImmutableArray<(string Phase, double Milliseconds)> Phases, ImmutableArray<RecordedPluginTime> Plugins) Flatten()
    {
        EndPhase();
        ImmutableArray<(string, double)> phases =
            [.. Root.Children.Where(static node => node is { IsTimed: true, Name: not "upstream" }).Select(static node => (node.Name, Rounded(node.Milliseconds)))];
        ImmutableArray<RecordedPluginTime> plugins =
        [
            .. _plugins.GroupBy(static step => (step.Id, step.Phase)).Select(static steps => steps.First() with { Milliseconds = Rounded(steps.Sum(static step => step.Milliseconds)) }),
        ];
        return (phases, plugins);
    }

    private static double Rounded(double milliseconds) => Math.Round(milliseconds, 3);

    private void StartPhase(string name)
    {
        EndPhase();
        _phase = Root.Child(name);
        _phaseStarted = Stopwatch.GetTimestamp();
    }
}
