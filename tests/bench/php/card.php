<li><article class="bf-card">
<p class="bf-card__kind">
<svg class="bf-icon" aria-hidden="true"><use href="<?= h($site['icons']) ?>#need-<?= h($post['need_kind']) ?>"/></svg>
<span><?= h($names[$post['need_kind']]) ?></span>
<?php if ($post['urgency'] >= URGENT): ?>
<strong class="bf-tag bf-tag--urgent">急需</strong>
<?php endif ?>
</p>
<h3 class="bf-card__title"><a lang="zh-Hans" href="/shaoyang/donations/posts/<?= rawurlencode($post['ref']) ?>"><?= h($post['title']) ?></a></h3>
<p class="bf-card__place"><span><?= h($names[$post['county']]) ?></span> <span><?= h($post['township']) ?></span></p>
<?php progress($post) ?>
<p class="bf-card__foot">
<?php if ($days = days_left($post['deadline_at'])): ?>
<span>还剩 <?= $days ?> 天</span>
<?php else: ?>
<span>最后一天</span>
<?php endif ?>
</p>
</article></li>
