using Gibbon.Balancing.Recording;
using Gibbon.Dns;

namespace Gibbon.Balancing;

/// <summary>What a target's name stands for, and used to. Shared by the balancers that follow one another; one look-up is under way at most.</summary>
internal sealed class ResolvedTarget(TargetName name, TimeProvider time)
{
    private const int MostAnswers = 16;

    private readonly Lock _gate = new();
    private TargetRecords? _records;
    private Resolution? _answer;
    private Task? _lookUp;

    /// <summary>What the name stands for; null until there has been an answer. Another object only when it says something else.</summary>
    public TargetRecords? Records => Volatile.Read(ref _records);

    public Recent<ResolutionRecord> Answers { get; } = new(MostAnswers);

    /// <summary>Asks the resolver. Completes at once when it remembers the name.</summary>
    public Task ResolveAsync(Resolver resolver)
    {
        lock (_gate)
        {
            if (_lookUp is { IsCompleted: false })
            {
                return _lookUp;
            }

            if (resolver.TryGetRemembered(name.Host, out Resolution answer) && answer.Services.Length == 0)
            {
                Learn(answer, TargetRecords.Of(answer, name.Port));
                return Task.CompletedTask;
            }

            return _lookUp = LookUpAsync(resolver);
        }
    }

    private async Task LookUpAsync(Resolver resolver)
    {
        Resolution answer = await resolver.ResolveAsync(name.Host).ConfigureAwait(false);
        TargetRecords records = answer.Services.Length == 0
            ? TargetRecords.Of(answer, name.Port)
            : await TargetRecords.OfServicesAsync(answer, name.Port, resolver).ConfigureAwait(false);
        lock (_gate)
        {
            Learn(answer, records);
        }
    }

    // The recorder hears of every answer, news or not.
    private void Learn(Resolution answer, TargetRecords records)
    {
        if (!ReferenceEquals(_answer, answer))
        {
            _answer = answer;
            Answers.Add(new ResolutionRecord(
                time.GetUtcNow(),
                records.Source,
                [.. records.Items.Select(static item => $"{TargetName.TextOf(item.Address)}:{item.Port}")],
                answer.Error is null && answer.TimeToLive != TimeSpan.MaxValue ? answer.TimeToLive : null));
        }

        if (!records.Matches(_records))
        {
            Volatile.Write(ref _records, records);
        }
    }
}
