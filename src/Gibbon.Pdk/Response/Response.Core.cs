namespace Gibbon.Pdk;

/// <content>What an engine supplies.</content>
public abstract partial class Response
{
    /// <summary>See <see cref="Status"/>.</summary>
    protected abstract int StatusCore { get; }

    /// <summary>See <see cref="Source"/>.</summary>
    protected abstract ResponseSource SourceCore { get; }

    /// <summary>See <see cref="GetHeader"/>.</summary>
    /// <param name="name">The name, in any spelling.</param>
    protected abstract string? GetHeaderCore(string name);

    /// <summary>See <see cref="GetHeaders"/>.</summary>
    /// <param name="maxHeaders">How many at most.</param>
    protected abstract HeaderMap GetHeadersCore(int maxHeaders);

    /// <summary>See <see cref="GetRawHeaders"/>.</summary>
    /// <param name="maxHeaders">How many at most; in range.</param>
    protected virtual HeaderMap GetRawHeadersCore(int maxHeaders) => GetHeadersCore(maxHeaders);

    /// <summary>See <see cref="SetStatus"/>.</summary>
    /// <param name="status">The status, in range.</param>
    protected abstract void SetStatusCore(int status);

    /// <summary>See <see cref="SetHeader"/>.</summary>
    /// <param name="name">The name; never <c>Transfer-Encoding</c>.</param>
    /// <param name="value">The value, with a space in place of an empty text.</param>
    protected abstract void SetHeaderCore(string name, HeaderValue value);

    /// <summary>See <see cref="AddHeader"/>.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value, with a space in place of an empty text.</param>
    protected abstract void AddHeaderCore(string name, HeaderValue value);

    /// <summary>See <see cref="ClearHeader"/>.</summary>
    /// <param name="name">The name, in any spelling.</param>
    protected abstract void ClearHeaderCore(string name);

    /// <summary>See <see cref="GetRawBody"/>.</summary>
    protected abstract ReadOnlyMemory<byte>? GetRawBodyCore();

    /// <summary>See <see cref="SetRawBody"/>.</summary>
    /// <param name="body">The bytes.</param>
    protected abstract void SetRawBodyCore(ReadOnlyMemory<byte> body);

    /// <summary>See <see cref="Exit(int, HeaderMap?)"/>.</summary>
    /// <param name="status">The status, in range for HTTP.</param>
    /// <param name="body">The body.</param>
    /// <param name="headers">Headers, each with a value that is still to be normalised by <see cref="HeaderRules"/>.</param>
    protected abstract ValueTask ExitCore(int status, ExitBody body, HeaderMap? headers);

    /// <summary>See <see cref="Error(int, string?, HeaderMap?)"/>.</summary>
    /// <param name="status">The status, in range.</param>
    /// <param name="message">The message; <c>null</c> is Kong's text for the status.</param>
    /// <param name="headers">Headers, each with a value that is still to be normalised by <see cref="HeaderRules"/>.</param>
    protected abstract ValueTask ErrorCore(int status, string? message, HeaderMap? headers);

    /// <summary>See <see cref="MarkAsProxied"/>. An engine that adds no headers of its own has nothing to do.</summary>
    protected virtual void MarkAsProxiedCore()
    {
    }

    void SetChecked(string name, HeaderValue value)
    {
        if (HeaderRules.IsTransferEncoding(name))
            Context.Log.Warn("manually setting Transfer-Encoding. Ignored.");
        else
            SetHeaderCore(name, value);
    }

    void RequireUnsent()
    {
        Require(Writing);
        if (HeadersSent)
            throw new InvalidOperationException("headers have already been sent");
    }

    void CheckExit(int status, HeaderMap? headers)
    {
        if (Context.Subsystem == Subsystem.Stream)
        {
            // A stream may be ended whenever a plugin runs, and has no headers.
            if (status is not (200 or 400 or 403 or 500 or 502 or 503))
                throw new KongArgumentException("unacceptable code, only 200, 400, 403, 500, 502 and 503 are accepted", nameof(status));

            return;
        }

        RequireUnsent();
        CheckStatus(status, 100);
        if (headers is not null)
            HeaderRules.Check(headers);
    }

    static void CheckStatus(int status, int lowest)
    {
        if (status < lowest || status > 599)
            throw new KongArgumentException($"code must be a number between {lowest} and 599", nameof(status));
    }
}
