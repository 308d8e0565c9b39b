using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Forwarding;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Responding;

/// <summary>Turns the head that the service sent into the one the client will get.</summary>
internal static class ServiceHead
{
    // Of these a message has one, and nginx writes their names as they stand here.
    private static ReadOnlySpan<KnownHeader> Singles =>
    [
        KnownHeader.ContentType, KnownHeader.ContentLength, KnownHeader.Date, KnownHeader.Server, KnownHeader.Location, KnownHeader.LastModified, KnownHeader.ETag,
    ];

    /// <summary>
    /// Copies the service's head into the exchange's, without what means only the hop behind us, and with what plugins have set before the
    /// service answered.
    /// </summary>
    public static void Take(Exchange exchange, ResponseHead received, HeaderTable early)
    {
        ResponseHead head = exchange.Head;
        head.SetStatus(received.Status, received.Reason);
        HeaderTable headers = head.Headers;
        headers.AddAll(received.Headers);
        HopByHop.RemoveNamedFromResponse(headers);
        headers.Remove(KnownHeader.Connection);
        headers.Remove(KnownHeader.KeepAlive);
        headers.Remove(KnownHeader.TransferEncoding);
        if (received.Status != 101)
        {
            headers.Remove(KnownHeader.Upgrade);
        }

        if (!exchange.SendsTrailers)
        {
            headers.Remove(KnownHeader.Trailer);
        }

        RemoveControls(headers);
        AddEarly(headers, early);
    }

    // What nginx takes as orders from the service is never shown to the client.
    private static void RemoveControls(HeaderTable headers)
    {
        headers.Remove(KnownHeader.XAccelBuffering);
        headers.Remove(KnownHeader.XAccelCharset);
        headers.Remove(KnownHeader.XAccelExpires);
        headers.Remove(KnownHeader.XAccelLimitRate);
        headers.Remove(KnownHeader.XAccelRedirect);
    }

    // Fields that plugins set in access come beside those of the service, except where a message can have only one: there the service's stands.
    private static void AddEarly(HeaderTable headers, HeaderTable early)
    {
        if (early.Count == 0)
        {
            return;
        }

        if (!headers.SharesNamesWith(early) && !HasSingle(early))
        {
            headers.AddAll(early);
            return;
        }

        int end = headers.End;
        bool repeated = false;
        foreach (HeaderField field in early)
        {
            if (!IsSingle(field.Known))
            {
                headers.Add(field.Name, field.Value);
                repeated |= headers.Find(field.Name) < end;
            }
            else if (!headers.Contains(field.Known) && field.Known != KnownHeader.ContentLength)
            {
                headers.Add(field.Known, field.Value);
            }
        }

        if (repeated)
        {
            MoveServicesBehind(headers, early, end);
        }
    }

    private static bool HasSingle(HeaderTable headers)
    {
        foreach (KnownHeader header in Singles)
        {
            if (headers.Contains(header))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsSingle(KnownHeader header) => Singles.Contains(header);

    // Under one name, what plugins set comes before what the service sent.
    private static void MoveServicesBehind(HeaderTable headers, HeaderTable early, int end)
    {
        foreach (HeaderField field in early)
        {
            for (int i = headers.Find(field.Name); i >= 0 && i < end && !IsSingle(field.Known); i = headers.Find(field.Name, i + 1))
            {
                byte[] value = headers.Value(i).ToArray();
                headers.RemoveAt(i);
                headers.Add(field.Name, value);
            }
        }
    }
}
