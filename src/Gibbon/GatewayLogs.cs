using Gibbon.Admin;
using Gibbon.Observability;
using Gibbon.Proxy.AccessLogs;
using Gibbon.Settings;

namespace Gibbon;

/// <summary>The log files of a gateway: what goes wrong, and a line for each request at each of its doors.</summary>
internal sealed class GatewayLogs : IAsyncDisposable
{
    // Parts that name the same file share its writer.
    private readonly Dictionary<LogTarget, ErrorLog> _errors = [];

    public GatewayLogs(GatewaySettings settings, TimeProvider time)
    {
        ListenerSettings listeners = settings.Listeners;
        LogSettings logs = settings.Logs;
        Error = _errors[logs.ProxyError] = new ErrorLog(logs.ProxyError, logs.Level, time);
        Access = new AccessLog(logs.ProxyAccess, logs, time);
        Admin = new ApiAccessLog(listeners.Admin.IsEmpty ? LogTarget.Off : logs.AdminAccess, logs, time);
        Status = new ApiAccessLog(listeners.Status.IsEmpty ? LogTarget.Off : logs.StatusAccess, logs, time);
        Manager = new ApiAccessLog(listeners.ServesManager ? logs.ManagerAccess : LogTarget.Off, logs, time);
        AdminError = ErrorOf(!listeners.Admin.IsEmpty, logs.AdminError, time);
        StatusError = ErrorOf(!listeners.Status.IsEmpty, logs.StatusError, time);
        ManagerError = ErrorOf(listeners.ServesManager, logs.ManagerError, time);
        foreach (string variable in Access.UnknownVariables)
        {
            Error.Write(LogSeverity.Warn, $"[gibbon] the access log's format has a variable that stands for nothing here: ${variable}");
        }
    }

    public ErrorLog Error { get; }

    public AccessLog Access { get; }

    public ApiAccessLog Admin { get; }

    public ApiAccessLog Status { get; }

    public ApiAccessLog Manager { get; }

    /// <summary>What goes wrong at the Admin API, and what it changes.</summary>
    public ErrorLog AdminError { get; }

    /// <summary>What goes wrong at the Status API.</summary>
    public ErrorLog StatusError { get; }

    /// <summary>What goes wrong at the web UI's server.</summary>
    public ErrorLog ManagerError { get; }

    /// <summary>Opens the files anew, after a rotation has moved them.</summary>
    public void Reopen()
    {
        foreach (ErrorLog log in _errors.Values)
        {
            log.Reopen();
        }

        Access.Reopen();
        Admin.Reopen();
        Status.Reopen();
        Manager.Reopen();
    }

    public async ValueTask DisposeAsync()
    {
        await Admin.DisposeAsync().ConfigureAwait(false);
        await Status.DisposeAsync().ConfigureAwait(false);
        await Manager.DisposeAsync().ConfigureAwait(false);
        await Access.DisposeAsync().ConfigureAwait(false);
        foreach (ErrorLog log in _errors.Values)
        {
            await log.DisposeAsync().ConfigureAwait(false);
        }
    }

    // Who serves nothing has no file of its own.
    private ErrorLog ErrorOf(bool isServed, LogTarget target, TimeProvider time)
    {
        if (!isServed)
        {
            return Error;
        }

        return _errors.TryGetValue(target, out ErrorLog? known) ? known : _errors[target] = new ErrorLog(target, Error, time);
    }
}
