using System.Net;
using Gibbon.Dns.Wire;

namespace Gibbon.Dns;

/// <summary>
/// One look-up of a name: the questions that follow from the settings, one after the other, until one brings records. What a server says of
/// one question does not end it; that no server answers does, since what else there may be would then be taken for the whole.
/// </summary>
internal sealed class LookUp(ResolverSettings settings, NameServers servers, ResolverCounters? counters, TimeProvider time)
{
    // A chain of aliases longer than any honest one.
    private const int MostAliases = 8;

    private readonly List<string> _tried = [];
    private readonly HashSet<(string Name, RecordType Type)> _asked = [];
    private bool _nameErrorFirst;
    private bool _otherErrors;
    private int _aliases;

    /// <summary>The question that brought the records; null if none did.</summary>
    public (string Name, RecordType Type)? Winner { get; private set; }

    /// <summary>The servers agree that the name is not there any more, rather than being unable to tell.</summary>
    public bool NameIsGone => _nameErrorFirst && !_otherErrors;

    /// <param name="host">A name, lower case.</param>
    /// <param name="last">The question that brought records the last time.</param>
    public async Task<Resolution> RunAsync(string host, (string Name, RecordType Type)? last)
    {
        if (FromHosts(host) is { } fixedAddresses)
        {
            return fixedAddresses;
        }

        Reply reply = settings.NewClient
            ? await AskAsNewClientAsync(host).ConfigureAwait(false)
            : await AskInOrderAsync(host, last).ConfigureAwait(false);
        return ResolutionOf(reply);
    }

    private async Task<Reply> AskAsNewClientAsync(string host)
    {
        bool service = settings.Order.Contains(RecordType.Srv) && SearchList.IsService(host);
        RecordType?[] types = service ? [RecordType.Srv] : [RecordType.A, RecordType.Aaaa];
        Reply reply = Reply.Empty;
        foreach (RecordType type in types.OfType<RecordType>().Where(type => settings.Order.Contains(type)))
        {
            reply = await AskNamesAsync(host, type).ConfigureAwait(false);
            if (reply.Kind is ReplyKind.Records or ReplyKind.NoAnswer)
            {
                break;
            }
        }

        return reply;
    }

    private async Task<Reply> AskInOrderAsync(string host, (string Name, RecordType Type)? last)
    {
        Reply reply = Reply.Empty;
        foreach (RecordType? type in settings.Order)
        {
            if (type is null && last is null)
            {
                continue;
            }

            reply = type is { } known
                ? await AskNamesAsync(host, known).ConfigureAwait(false)
                : await AskAsync(last!.Value.Name, last.Value.Type, host).ConfigureAwait(false) ?? reply;
            if (reply.Kind is ReplyKind.Records or ReplyKind.NoAnswer)
            {
                break;
            }
        }

        return reply;
    }

    private async Task<Reply> AskNamesAsync(string host, RecordType type)
    {
        Reply reply = Reply.Empty;
        foreach (string name in SearchList.Names(host, settings))
        {
            reply = await AskAsync(name, type, host).ConfigureAwait(false) ?? reply;
            if (reply.Kind is ReplyKind.Records or ReplyKind.NoAnswer)
            {
                break;
            }
        }

        return reply;
    }

    // Null when the question has been asked before.
    private async Task<Reply?> AskAsync(string name, RecordType type, string host)
    {
        if (!_asked.Add((name, type)))
        {
            return null;
        }

        long began = time.GetTimestamp();
        Reply reply = await servers.AskAsync(name, type).ConfigureAwait(false);
        counters?.Asked(name, type, reply.Error, reply.Kind == ReplyKind.NoAnswer, time.GetElapsedTime(began));
        if (reply.Kind == ReplyKind.Alias)
        {
            reply = await FollowAsync(reply, type, host).ConfigureAwait(false);
        }

        if (type == RecordType.Srv && reply.Services.Length > 0 && reply.Services.All(service => service.Target == name))
        {
            // Some clusters give every host a service record that names the host itself.
            reply = Reply.Recursion;
        }

        Note(name, type, reply);
        if (reply.Kind == ReplyKind.Records)
        {
            Winner = (name, type);
        }

        return reply;
    }

    // What an alias stands for is asked for in turn: as the same type, or, when the alias was the question, as every type.
    private async Task<Reply> FollowAsync(Reply alias, RecordType type, string host)
    {
        if (++_aliases > MostAliases || alias.Alias == host)
        {
            return Reply.Recursion;
        }

        if (FromHosts(alias.Alias!) is { } fixedAddresses)
        {
            return new Reply(ReplyKind.Records) { Addresses = fixedAddresses.Addresses, TimeToLive = alias.TimeToLive };
        }

        Reply reply = Reply.Empty;
        foreach (RecordType next in type == RecordType.Cname ? settings.Order.OfType<RecordType>() : [type])
        {
            reply = await AskAsync(alias.Alias!, next, host).ConfigureAwait(false) ?? reply;
            if (reply.Kind is ReplyKind.Records or ReplyKind.NoAnswer)
            {
                break;
            }
        }

        return reply with { TimeToLive = Math.Min(reply.TimeToLive, alias.TimeToLive) };
    }

    private void Note(string name, RecordType type, Reply reply)
    {
        _nameErrorFirst |= _tried.Count == 0 && reply.Kind == ReplyKind.NameError;
        _otherErrors |= reply.Kind is ReplyKind.ServerError or ReplyKind.NoAnswer;
        _tried.Add($"\"{name}:{type.Name()}{(reply.Error is null ? "" : " - " + reply.Error.Replace('"', '\''))}\"");
    }

    private Resolution ResolutionOf(Reply reply)
    {
        TimeSpan timeToLive = TimeSpan.FromSeconds(reply.TimeToLive);
        return reply.Kind != ReplyKind.Records
            ? Resolution.Failed(
                settings.NewClient && reply.Kind == ReplyKind.NoAnswer ? "DNS server error: " + reply.Error : reply.Error ?? Reply.Empty.Error!,
                nameUnknown: reply.Kind is ReplyKind.NameError or ReplyKind.Empty,
                $"[{string.Join(',', _tried)}]")
            : reply.Services.Length > 0 ? Resolution.Of(reply.Services, timeToLive) : Resolution.Of(reply.Addresses, timeToLive);
    }

    // With the older client a family that dns_order leaves out is not used, and the one that comes first there is preferred.
    private Resolution? FromHosts(string host)
    {
        if (!settings.Hosts.TryGet(host, out IPAddress? v4, out IPAddress? v6))
        {
            return null;
        }

        if (settings.NewClient)
        {
            return Resolution.Of((v4 ?? v6)!);
        }

        int first = settings.Order.IndexOf(RecordType.A);
        int other = settings.Order.IndexOf(RecordType.Aaaa);
        v4 = first < 0 ? null : v4;
        v6 = other < 0 ? null : v6;
        IPAddress? preferred = other >= 0 && (first < 0 || other < first) ? v6 ?? v4 : v4 ?? v6;
        return preferred is null ? null : Resolution.Of(preferred);
    }
}
