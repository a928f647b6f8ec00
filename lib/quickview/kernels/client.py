"""A kernel client that is ready as soon as the kernel is."""

import time
from queue import Empty
from typing import Any, Final

from jupyter_client.asynchronous import AsyncKernelClient
from nbclient.exceptions import DeadKernelError

REPLY_SECONDS: Final = 1.0


class PromptClient(AsyncKernelClient):  # type: ignore[misc]
    """For `KernelManager.client_class`: it does not wait 0.2 s for messages that will not come.

    The stock client listens until the kernel has been silent for that long. This one
    knows that nothing is left when the kernel has told, on the same channel, that it is
    idle after its last request.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 (jupyter_client's own)
        """Return when the kernel answers on both channels; raises `DeadKernelError` or `TimeoutError` if it does not."""
        end = float("inf") if timeout is None else time.monotonic() + timeout
        while not await self._answers(self.kernel_info()):
            if not await self.is_alive():
                msg = "Kernel died before replying to kernel_info"
                raise DeadKernelError(msg)
            if time.monotonic() > end:
                msg = f"Kernel didn't respond in {timeout:.0f} seconds"
                raise TimeoutError(msg)

    async def _answers(self, request: str) -> bool:
        try:
            while _parent(await self.get_shell_msg(timeout=REPLY_SECONDS)) != request:
                pass
            while not _is_end(await self.get_iopub_msg(timeout=REPLY_SECONDS), request):
                pass
        except Empty:
            return False
        return True


def _parent(message: dict[str, Any]) -> Any:
    return message["parent_header"].get("msg_id")


def _is_end(message: dict[str, Any], request: str) -> bool:
    is_status = message["msg_type"] == "status" and _parent(message) == request
    return is_status and bool(message["content"]["execution_state"] == "idle")
