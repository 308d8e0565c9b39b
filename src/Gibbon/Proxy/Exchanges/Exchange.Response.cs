using Gibbon.Pdk;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Responding;

namespace Gibbon.Proxy.Exchanges;

/// <content>The answer's head and body, from the moment there is one.</content>
internal sealed partial class Exchange
{
    private readonly HeaderTable _early = new();

    /// <summary>The piece of the body that is under way through the filters.</summary>
    public BodyChunk Chunk { get; } = new();

    /// <summary>The service's whole body, when it was read into memory.</summary>
    public ReadOnlyMemory<byte>? BufferedBody { get; set; }

    /// <summary>Why the service's body, or sending it on, ended early.</summary>
    public ProxyError BodyError { get; private set; }

    /// <summary>Headers that plugins set before there was an answer, and once there is one, its headers.</summary>
    public HeaderTable ResponseHeaders => Head.Status == 0 ? _early : Head.Headers;

    /// <summary>Whether an answer to this request carries a body at all.</summary>
    public bool SendsBody => Downstream.Request.Method != RequestMethod.Head && Head.Status is >= 200 and not (204 or 304);

    /// <summary>The service has answered.</summary>
    public void TakeServiceHead(ResponseHead received)
    {
        ServiceHead.Take(this, received, _early);
        Head.KeepsStatus = true;
        Call.Cookie?.AddTo(Head.Headers);
        ResponseFields.AddUpstreamStatus(this);
    }

    /// <summary>The gateway answers itself. What was prepared of a service's head is thrown away.</summary>
    public void TakeOwnHead()
    {
        OwnAnswer answer = Answer;
        HeaderTable headers = Head.Headers;
        Head.Reset();
        Head.SetStatus(answer.Status);
        Head.KeepsStatus = answer.Source == ResponseSource.Exit;
        Head.LengthStandsAmongFields = !answer.IsBarePage;
        headers.Add(KnownHeader.Date, Dependencies.Date.Bytes);
        headers.AddAll(_early);
        if (answer.ContentType is not null && answer.Headers?["Content-Type"].First is null)
        {
            headers.Set(KnownHeader.ContentType, System.Text.Encoding.ASCII.GetBytes(answer.ContentType));
        }

        if (IsProxied)
        {
            Call.Cookie?.AddTo(headers);
        }

        AddAnswerHeaders(headers);
        if (answer.GrpcStatus >= 0 && !headers.Contains("grpc-status"))
        {
            headers.Set("grpc-status", answer.GrpcStatus.ToString(System.Globalization.CultureInfo.InvariantCulture));
            headers.Set("grpc-message", answer.GrpcMessage ?? "");
        }

        if (!headers.Contains(KnownHeader.ContentLength))
        {
            headers.Add(KnownHeader.ContentLength, answer.Body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Frames an answer whose body is at hand, by the length it really has.</summary>
    public void FrameOwn(long length)
    {
        bool isAnnounced = Head.Headers.Contains(KnownHeader.ContentLength);
        if (!SendsBody)
        {
            Head.Framing = MessageFraming.None;
            Head.ContentLength = isAnnounced ? length : -1;
            return;
        }

        Head.Framing = isAnnounced ? MessageFraming.ContentLength : MessageFraming.Chunked;
        Head.ContentLength = isAnnounced ? length : -1;
    }

    /// <summary>Frames an answer that is passed on: by its announced length if that still stands, else as it comes.</summary>
    public void FrameLike(ServiceAnswer response)
    {
        // A plugin that has written another length is about to change the body; what comes of that is seen only then.
        bool isAnnounced = response.Head.ContentLength >= 0 && Head.Headers.TryGet(KnownHeader.ContentLength, out ReadOnlySpan<byte> length)
            && System.Buffers.Text.Utf8Parser.TryParse(length, out long announced, out _) && announced == response.Head.ContentLength;
        Head.ContentLength = isAnnounced ? response.Head.ContentLength : -1;
        Head.Framing = !SendsBody ? MessageFraming.None : isAnnounced ? MessageFraming.ContentLength : MessageFraming.Chunked;
    }

    /// <summary>Sets the status that the answer will have.</summary>
    public void SetStatus(int status)
    {
        // Before there is an answer there is nothing to set: the answer brings its own.
        if (Head.Status != 0)
        {
            Head.SetStatus(status);
        }
    }

    /// <summary>
    /// A plugin has exited. In a header filter the head of the answer stands already: the exit's status and headers go into it, and its body
    /// in place of what would have followed.
    /// </summary>
    public ValueTask AnsweredInFilter()
    {
        if (Phase == Phase.HeaderFilter)
        {
            HeaderTable headers = Head.Headers;
            Head.SetStatus(Answer.Status);
            if (Answer.ContentType is not null)
            {
                headers.Set(KnownHeader.ContentType, System.Text.Encoding.ASCII.GetBytes(Answer.ContentType));
            }

            AddAnswerHeaders(headers);
            headers.Set(KnownHeader.ContentLength, System.Text.Encoding.ASCII.GetBytes(Answer.Body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>The body of an answer that is on its way ended early.</summary>
    public void BodyFailed(ProxyError error)
    {
        BodyError = error;
        _log.UpstreamFailed(error);
    }

    /// <summary>Sets a header that may have several values.</summary>
    public static void SetHeader(HeaderTable headers, string name, HeaderValue value)
    {
        if (headers.Count > 0)
        {
            headers.RemoveLoosely(name);
        }

        int count = value.Count;
        for (int i = 0; i < count; i++)
        {
            headers.Add(name, value[i]);
        }
    }

    private void AddAnswerHeaders(HeaderTable headers)
    {
        if (Answer.Headers is null)
        {
            return;
        }

        foreach ((string name, HeaderValue value) in Answer.Headers)
        {
            if (!HeaderRules.IsTransferEncoding(name))
            {
                SetHeader(headers, name, value);
            }
        }
    }

    private void ResetResponse()
    {
        _early.Reset();
        BufferedBody = null;
        BodyError = default;
        Chunk.Data = default;
    }
}
