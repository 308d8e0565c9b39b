using System.Buffers.Text;
using System.Globalization;
using Gibbon.Pdk;

namespace Gibbon.Plugins.Session;

/// <summary>The session of a request.</summary>
sealed class OpenSession
{
    const int TouchThreshold = 60;
    const long LongestTtl = 34_560_000;

    readonly SessionConfig config;
    SessionHead? head;
    string? payload;

    OpenSession(SessionConfig config, SessionContent content) => (this.config, Content) = (config, content);

    /// <summary>What is in it.</summary>
    public SessionContent Content { get; }

    /// <summary>A session that has not been sent to the client.</summary>
    public static OpenSession New(SessionConfig config) => new(config, SessionContent.Empty(config.Audience ?? "default"));

    /// <summary>Opens the session that a client has; a remembered one is renewed.</summary>
    /// <returns><c>null</c> if it has none that is valid.</returns>
    public static async ValueTask<OpenSession?> OpenAsync(RequestContext context, SessionConfig config)
    {
        if (await OpenAsync(context, config, remember: false) is { } session)
            return session;

        if (config.Remember != true || await OpenAsync(context, config, remember: true) is not { } remembered)
            return null;

        await remembered.WriteAsync(context, remember: true);
        var renewed = new OpenSession(config, remembered.Content);
        await renewed.WriteAsync(context, remember: false);
        return renewed;
    }

    /// <summary>Sends the session to the client under a new id, and to the database if it is kept there.</summary>
    public async ValueTask SaveAsync(RequestContext context)
    {
        await WriteAsync(context, remember: false);
        if (config.Remember == true && (head!.Flags & SessionHead.ForgetFlag) == 0)
            await new OpenSession(config, Content).WriteAsync(context, remember: true);
    }

    /// <summary>Notes that the session is in use: renews it when most of its time is over, or tells the client when it was used.</summary>
    public async ValueTask RefreshAsync(RequestContext context)
    {
        var rolling = config.RollingTimeout ?? 0;
        var elapsed = Now(context) - head!.Created - head.RollingOffset;
        if (rolling > 0 && elapsed > Math.Ceiling(rolling * 0.75))
        {
            await WriteAsync(context, remember: false);
        }
        else if (config.IdlingTimeout > 0 && elapsed - head.IdlingOffset > TouchThreshold)
        {
            head.Touch(config.Keys, elapsed);
            Cookies(remember: false).Send(context, head.Text + payload);
        }
    }

    /// <summary>Ends the session, or leaves it to other audiences.</summary>
    public async ValueTask LogOutAsync(RequestContext context)
    {
        if (Content.IsShared)
        {
            Content.Clear();
            await SaveAsync(context);
            return;
        }

        await EndAsync(context, remember: false);
        if (config.Remember == true && await OpenAsync(context, config, remember: true) is { } remembered)
            await remembered.EndAsync(context, remember: true);
    }

    /// <summary>Tells services and clients of the session what the configuration says.</summary>
    public void Tell(RequestContext context, bool request, bool response)
    {
        if (request)
            foreach (var name in config.RequestHeaders ?? [])
                if (Property(context, name) is { } value)
                    context.Service.Request.SetHeader(value.Header, value.Value);

        if (response)
            foreach (var name in config.ResponseHeaders ?? [])
                if (Property(context, name) is { } value)
                    context.Response.SetHeader(value.Header, value.Value);
    }

    static async ValueTask<OpenSession?> OpenAsync(RequestContext context, SessionConfig config, bool remember)
    {
        var cookies = new SessionCookies(config, Name(config, remember));
        if (cookies.Find(context.Request) is not { } cookie || SessionHead.Read(cookie, config.Keys) is not { } head)
            return null;

        if (config.IsStored != ((head.Flags & SessionHead.StoredFlag) != 0) || IsOver(config, head, Now(context), remember))
            return null;

        var payload = config.IsStored ? await SessionTable.FindAsync(context.Host, head.SidText) : cookies.Payload(context.Request, cookie, head.PayloadSize);
        if (payload is null || payload.Length != head.PayloadSize || !Base64Url.IsValid(payload))
            return null;

        var plain = config.Keys.Decrypt(head.Sid, remember, Base64Url.DecodeFromChars(payload), head.Sealed, head.Tag);
        if (plain is null || SessionContent.Read(plain, (head.Flags & SessionHead.CompressedFlag) != 0, config.Audience ?? "default") is not { HasAudience: true } content)
            return null;

        return new OpenSession(config, content) { head = head, payload = config.IsStored ? "" : payload };
    }

    static bool IsOver(SessionConfig config, SessionHead head, long now, bool remember)
    {
        var age = now - head.Created;
        var rolled = age - head.RollingOffset;
        return remember
            ? Exceeds(age, config.RememberAbsoluteTimeout) || Exceeds(rolled, config.RememberRollingTimeout) || head.IdlingOffset != 0
            : Exceeds(age, config.AbsoluteTimeout) || Exceeds(rolled, config.RollingTimeout) || Exceeds(rolled - head.IdlingOffset, config.IdlingTimeout);

        static bool Exceeds(long elapsed, double? timeout) => timeout is not (null or 0) && elapsed > timeout;
    }

    async ValueTask WriteAsync(RequestContext context, bool remember)
    {
        var now = Now(context);
        var created = head?.Created ?? now;
        var plain = Content.Write(out var isCompressed);
        var size = Base64Url.GetEncodedLength(plain.Length);
        var cookies = Cookies(remember);
        if (!config.IsStored && cookies.Count(size) == 0)
        {
            context.Log.Err("session save failed (cookie size limit exceeded)");
            return;
        }

        var flags = (config.IsStored ? SessionHead.StoredFlag : 0) | (isCompressed ? SessionHead.CompressedFlag : 0);
        var next = SessionHead.Create(flags, created, now - created, size);
        var text = Base64Url.EncodeToString(next.Seal(config.Keys, remember, plain));
        cookies.Send(context, next.Text + (config.IsStored ? "" : text), remember ? RememberAttributes(created) : "");
        if (config.IsStored)
            await StoreAsync(context, next.SidText, text, Ttl(remember, now - created), head?.SidText);

        (head, payload) = (next, config.IsStored ? "" : text);
    }

    async ValueTask StoreAsync(RequestContext context, string id, string text, long ttl, string? oldId)
    {
        var host = context.Host;
        var stale = (long)(config.StaleTtl ?? 10);

        // The client's answer does not wait for the database.
        if (context.Phase == Phase.HeaderFilter)
            host.Timers.At(TimeSpan.Zero, _ => SessionTable.StoreAsync(host, id, text, ttl, oldId, stale));
        else
            await SessionTable.StoreAsync(host, id, text, ttl, oldId, stale);
    }

    async ValueTask EndAsync(RequestContext context, bool remember)
    {
        var cookies = Cookies(remember);
        cookies.End(context, config.IsStored ? 1 : cookies.Count(head!.PayloadSize));
        if (config.IsStored)
            await SessionTable.DeleteAsync(context.Host, head!.SidText);
    }

    long Ttl(bool remember, long age)
    {
        double ttl = LongestTtl;
        if ((remember ? config.RememberRollingTimeout : config.RollingTimeout) is > 0 and < LongestTtl and var rolling)
            ttl = rolling;

        if ((remember ? config.RememberAbsoluteTimeout : config.AbsoluteTimeout) is > 0 and < LongestTtl and var absolute)
            ttl = Math.Min(absolute - age, ttl);

        return (long)Math.Max(ttl, 1);
    }

    string RememberAttributes(long created)
    {
        var age = config.RememberRollingTimeout is > 0 and <= LongestTtl and var rolling ? (long)rolling : LongestTtl;
        var end = DateTimeOffset.FromUnixTimeSeconds(created + age);
        return string.Create(CultureInfo.InvariantCulture, $"; Expires={end:r}; Max-Age={age}");
    }

    (string Header, string Value)? Property(RequestContext context, string name)
    {
        var age = Now(context) - head!.Created;
        var rolled = age - head.RollingOffset;
        var idling = Left(config.IdlingTimeout, rolled - head.IdlingOffset);
        var rolling = Left(config.RollingTimeout, rolled);
        var absolute = Left(config.AbsoluteTimeout, age);
        (string Header, string? Value) found = name switch
        {
            "id" => ("Session-Id", head.SidText),
            "audience" => ("Session-Audience", config.Audience),
            "subject" => ("Session-Subject", Content.Subject),
            "timeout" => ("Session-Timeout", Text(new[] { idling, rolling, absolute }.Min())),
            "idling-timeout" => ("Session-Idling-Timeout", Text(idling)),
            "rolling-timeout" => ("Session-Rolling-Timeout", Text(rolling)),
            _ => ("Session-Absolute-Timeout", Text(absolute)),
        };
        return found.Value is { } value ? (found.Header, value) : null;

        static double? Left(double? timeout, long elapsed) => timeout is null or 0 ? null : timeout - elapsed;

        static string? Text(double? seconds) => seconds is { } number ? Pdk.Schemas.Value.ToText(number) : null;
    }

    SessionCookies Cookies(bool remember) => new(config, Name(config, remember));

    static string Name(SessionConfig config, bool remember) => (remember ? config.RememberCookieName : config.CookieName) ?? (remember ? "remember" : "session");

    static long Now(RequestContext context) => context.Host.Time.GetUtcNow().ToUnixTimeSeconds();
}
