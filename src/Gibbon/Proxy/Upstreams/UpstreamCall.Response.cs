using System.Runtime.CompilerServices;
using Gibbon.Proxy.Http1;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;

namespace Gibbon.Proxy.Upstreams;

/// <content>Receiving the response's head, perhaps while the request is still being sent.</content>
internal sealed partial class UpstreamCall
{
    private long _headBytes;
    private bool _isAnswered;

    [AsyncMethodBuilder(typeof(PooledAsyncBuilder<>))]
    private async ValueTask<ProxyError> ReceiveHeadAsync(UpstreamConnection connection)
    {
        _parser.Reset();
        var interim = 0;
        while (true)
        {
            if (!connection.Input.IsEmpty)
            {
                var outcome = _parser.Parse(connection.Input.Span, Response);
                if (outcome == HeadOutcome.Rejected) return Fail(Malformed());
                if (outcome == HeadOutcome.Complete)
                {
                    connection.Input.Consume(_parser.Consumed);
                    _headBytes += _parser.Consumed;
                    if (Response.Status >= 200) return Accept(connection);
                    if (Response.Status == 101) return AcceptUpgrade(connection);
                    if (++interim > MostInterimResponses) return Fail(Malformed());

                    Response.Reset();
                    _parser.Reset();
                    continue;
                }
            }

            if (await connection.ReceiveAsync(2048, _timeouts.Read).ConfigureAwait(false) <= 0) return Fail(NoResponse(connection));
        }
    }

    private ProxyError Accept(UpstreamConnection connection)
    {
        _isAnswered = true;
        var withoutBody = Response.Status is 204 or 304 || Request.Method.SequenceEqual("HEAD"u8);
        _responseBody.Begin(connection, withoutBody ? MessageFraming.None : Response.Framing, Response.ContentLength, _timeouts.Read);
        return default;
    }

    private ProxyError AcceptUpgrade(UpstreamConnection connection)
    {
        if (!Request.Leading.Contains(KnownHeader.Upgrade) && Request.Headers?.Contains(KnownHeader.Upgrade) != true)
        {
            return Fail(new ProxyError(ProxyErrorKind.MalformedResponse, Cause: "upstream switched protocols without being asked"));
        }

        _isAnswered = true;
        _responseBody.Begin(connection, MessageFraming.None, 0, _timeouts.Read);
        return default;
    }

    private ProxyError Malformed() =>
        new(_parser.IsTooLarge ? ProxyErrorKind.ResponseHeadTooLarge : ProxyErrorKind.MalformedResponse, Cause: _parser.Fault);

    private ProxyError NoResponse(UpstreamConnection connection)
    {
        if (_sender.Outcome == SendOutcome.TimedOut) return new(ProxyErrorKind.SendTimeout);
        if (connection.TimedOut)
        {
            return new(_sender.Outcome == SendOutcome.Pending ? ProxyErrorKind.SendTimeout : ProxyErrorKind.ReadTimeout);
        }

        // An idle connection that the upstream closed in the very moment it was taken: nothing but silence came back.
        var advice = IsReused && _headBytes == 0 && connection.Input.IsEmpty ? RetryAdvice.IfReused : RetryAdvice.No;
        return _sender.Outcome == SendOutcome.Failed
            ? new(ProxyErrorKind.SendFailed, ErrorSource.Upstream, advice, "the connection broke while the request was sent")
            : new(ProxyErrorKind.ClosedBeforeResponse, ErrorSource.Upstream, advice, "upstream prematurely closed connection");
    }
}
