using BenchmarkDotNet.Attributes;
using Gibbon.Balancing;
using Gibbon.Pdk.Entities;

namespace Gibbon.Benchmarks;

/// <summary>One pick of a target, by each algorithm, with few and with very many targets. Health checks are on; one target in ten is down.</summary>
[MemoryDiagnoser]
public class BalancerBenchmarks
{
    private readonly TriedAddresses _tried = new();
    private Balancer _balancer = null!;
    private uint _hash;

    [Params(3, 10_000)]
    public int Targets { get; set; }

    [Params(
        BalancingAlgorithm.RoundRobin,
        BalancingAlgorithm.ConsistentHashing,
        BalancingAlgorithm.LeastConnections,
        BalancingAlgorithm.Latency,
        BalancingAlgorithm.StickySessions)]
    public BalancingAlgorithm Algorithm { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Upstream upstream = new()
        {
            Id = Guid.NewGuid(),
            Name = "u",
            Algorithm = Algorithm,
            Healthchecks = new Healthchecks { Passive = new PassiveHealthcheck { Unhealthy = new PassiveUnhealthy { TcpFailures = 1 } } },
        };
        BalancerStates states = new(TimeProvider.System, null);
        _balancer = new Balancer(
            upstream,
            [.. Enumerable.Range(0, Targets).Select(i => new Target
            {
                Id = Guid.NewGuid(), Upstream = upstream, Address = $"10.{i / 62500}.{i / 250 % 250}.{i % 250}:80", Weight = 100,
            })],
            states.Of(upstream.Id));
        for (int i = 0; i < Targets; i += 10)
        {
            _balancer.Reports.Set(_balancer.Pool.Addresses[i].State, healthy: false);
        }
    }

    [Benchmark]
    public object? Pick()
    {
        _hash += 2654435761;
        TargetAddress? address = _balancer.Pick(new PickInput(_hash, 0, _tried));
        _balancer.Take(address!);
        _balancer.Release(address!);
        return address;
    }
}
